"""What the shell completes: commands, names of questions, and labels of terms."""

from __future__ import annotations

import argparse
from collections.abc import Callable

__all__ = ["complete", "shell_code"]


def shell_code(shell: str) -> str:
    """The code that makes bash, zsh or fish complete gistkg.

    >>> "gistkg" in shell_code("bash")
    True
    """
    from argcomplete.shell_integration import shellcode

    return str(shellcode(["gistkg"], shell=shell))


def complete(parser: argparse.ArgumentParser) -> None:
    """Answer the shell that asks, in the way of argcomplete, and leave the program."""
    import argcomplete

    for command in _commands(parser):
        for action in command._actions:
            completer = _COMPLETERS.get(action.dest)
            if completer is not None:
                action.completer = completer  # type: ignore[attr-defined] # how argcomplete wants it said
    argcomplete.autocomplete(parser, always_complete_options="long")


def _commands(parser: argparse.ArgumentParser) -> list[argparse.ArgumentParser]:
    found = [action.choices for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    return [command for choices in found for command in choices.values()]


def _questions(prefix: str, **_: object) -> list[str]:
    from gistkg.files import query_files

    names = [path.stem for path in query_files("questions")]
    return [name for name in names if name.startswith(prefix)]


def _labels(prefix: str, **_: object) -> list[str]:
    from gistkg.graph import load_graph
    from gistkg.resolve import lexicon
    from gistkg.terms import compact

    found = lexicon(load_graph()).labels
    names = [*found.values(), *(map(compact, found) if prefix else ())]
    return [name for name in names if name.startswith(prefix)]


def _targets(prefix: str, **_: object) -> list[str]:
    from gistkg.export.targets import TARGETS

    return [name for name in TARGETS if name.startswith(prefix)]


def _variants(prefix: str, parsed_args: argparse.Namespace, **_: object) -> list[str]:
    from gistkg.export.targets import TARGETS

    chosen = [TARGETS[parsed_args.to]] if parsed_args.to in TARGETS else list(TARGETS.values())
    return [name for one in chosen for name in one.variants if name.startswith(prefix)]


_COMPLETERS: dict[str, Callable[..., list[str]]] = {
    "name": _questions,
    "query": _questions,
    "term": _labels,
    "start": _labels,
    "end": _labels,
    "about": _labels,
    "to": _targets,
    "variant": _variants,
}
