"""Every command the README shows runs, and what it shows under a command is what the command prints."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from gistkg.export.targets import TARGETS

README = Path(__file__).resolve().parents[1] / "README.md"
TEXT = README.read_text(encoding="utf-8")
BLOCKS = re.findall(r"<!-- run -->\n```console\n(.*?)```", TEXT, re.DOTALL)


def examples():
    """Each command with the output shown under it."""
    for block in BLOCKS:
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            yield command, output


@pytest.mark.parametrize(("command", "output"), list(examples()))
def test_a_command_prints_what_the_readme_shows(command, output):
    """At 100 columns, without colour; the date of the answer is today's."""
    script = Path(sys.executable).with_name("gistkg")
    environment = os.environ | {
        "COLUMNS": "100",
        "NO_COLOR": "1",
        "PATH": f"{script.parent}{os.pathsep}{os.environ['PATH']}",
    }
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, env=environment, check=False)
    assert done.stderr == ""
    today = re.compile(r"As of \d{4}-\d\d-\d\d")
    assert today.sub("As of TODAY", done.stdout) == today.sub("As of TODAY", output)


WRITING = re.findall(r"<!-- writes -->\n```console\n(.*?)```", TEXT, re.DOTALL)


@pytest.mark.parametrize("command", [line for block in WRITING for line in block.splitlines()])
def test_a_command_that_writes_leaves_what_it_names(command, tmp_path):
    """And says so on standard error."""
    words = shlex.split(command)
    done = subprocess.run([sys.executable, "-m", *words], capture_output=True, text=True, cwd=tmp_path, check=False)
    output = words[words.index("-o") + 1]
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.startswith(f"gistkg: wrote {output}")
    assert (tmp_path / output).exists()


def test_the_readme_has_exactly_two_set_up_commands():
    """Each one line: one runs the main job, one passes the tests."""
    commands = re.findall(r"<!-- (main|tests) -->\n```console\n([^\n]+)\n```", TEXT)
    assert [name for name, _ in commands] == ["main", "tests"]
    assert TEXT.count("python3 -m venv") == 2
    main, tests = (command for _, command in commands)
    assert shlex.split(main)[-3:-1] == [".venv/bin/gistkg", "ask"]
    assert tests.endswith(".venv/bin/python -m pytest")


def test_every_subcommand_stands_in_the_readme():
    """And every one the README lists exists."""
    done = subprocess.run([sys.executable, "-m", "gistkg", "--help"], capture_output=True, text=True, check=True)
    listed = re.findall(
        r"^    (\w+)  ", done.stdout.partition("COMMAND\n")[2].partition("exit status")[0], re.MULTILINE
    )
    shown = {row.split()[0] for row in re.findall(r"^\| `gistkg ([^`]+)`", TEXT, re.MULTILINE)}
    assert listed
    assert shown == set(listed)


def test_the_table_of_targets_is_that_of_the_program():
    """Each with what it keeps, what it loses, and who has opened it."""
    rows = [
        (
            f"`{one.name}`",
            f"{one.summary} ({', '.join(f'`{name}`' for name in one.variants)})",
            one.keeps,
            one.loses,
            one.reader,
        )
        for one in TARGETS.values()
    ]
    head = [("target", "what it is (`--as`)", "keeps", "loses", "opened by"), ("---",) * 5]
    table = "\n".join(f"| {' | '.join(row)} |" for row in [*head, *rows])
    assert re.search(r"<!-- targets -->\n(.*?)\n?<!-- /targets -->", TEXT, re.DOTALL)[1] == table
