"""The snapshot is never stale, never half written, and never more than a convenience."""

import os
import pickle
import subprocess
import sys

import pytest

from gistkg import snapshot
from gistkg.case import case_from_words
from gistkg.criteria import conditions
from gistkg.errors import GistkgError, SourceError
from gistkg.files import OntologyFile, stat_lines
from gistkg.graph import load_graph
from gistkg.kg import load

ASK = [sys.executable, "-m", "gistkg", "ask", "metastatic, KIT exon 9, untreated", "--format", "json"]


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """An empty cache folder; the folder that snapshots are kept in."""
    monkeypatch.setenv("GISTKG_CACHE", str(tmp_path))
    return tmp_path / "gistkg"


def run(command, **environment):
    """A command in a process of its own."""
    return subprocess.run(command, capture_output=True, text=True, env=os.environ | environment, check=True)


def test_the_first_answer_builds_it_and_the_second_parses_no_turtle(cache):
    """Both answers are the same."""
    first = load()
    answer = first.ask("metastatic, untreated")
    assert len(list(cache.glob("*.snapshot"))) == 1
    second = load()
    again = second.ask("metastatic, untreated")
    assert second.graph._store is None
    assert [(one.claim, one.status, one.because, one.results, one.source) for one in again.judgements] == [
        (one.claim, one.status, one.because, one.results, one.source) for one in answer.judgements
    ]
    assert second.query("ASK { gistkg:Imatinib a owl:Class }") is True


def test_without_a_cache_the_answer_is_the_same(cache):
    """`GISTKG_CACHE=off` keeps nothing."""
    kept = [run(ASK).stdout for _ in range(2)]
    assert run(ASK, GISTKG_CACHE="off").stdout == kept[0] == kept[1]
    assert len(list(cache.glob("*.snapshot"))) == 1


def test_a_changed_file_is_read_again(cache, tmp_path):
    """One byte is enough."""
    own = tmp_path / "own.ttl"
    start = "@prefix gistkg: <https://w3id.org/gistkg/> .\n@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
    own.write_text(start + 'gistkg:MetastaticDisease skos:altLabel "spread"@en .')

    def knows(word):
        kg = load(own)
        try:
            kg.ask(word)
        except GistkgError:
            return False
        return True

    assert knows("spread") and knows("spread") and not knows("sprayd")
    own.write_text(start + 'gistkg:MetastaticDisease skos:altLabel "sprayd"@en .')
    assert knows("sprayd") and not knows("spread")


def settled(path, seconds=60):
    """Make a file look as if it had been left alone for a while before now; what the index asks of it."""
    stats, changed = stat_lines([OntologyFile(str(path), "own")])
    return stats, changed - seconds


def test_files_that_were_left_alone_are_not_read_again(cache, tmp_path):
    """The index says which version they have."""
    own = tmp_path / "own.ttl"
    own.write_text("")
    stats, changed = settled(own)
    assert snapshot.version_of(stats, changed) is None
    assert snapshot.remember(stats, changed, "abc")
    assert snapshot.version_of(stats, changed) == "abc"


def test_files_changed_just_now_are_read_again(cache, tmp_path):
    """Two changes can fall into one tick of the clock of a file system."""
    own = tmp_path / "own.ttl"
    own.write_text("")
    stats, changed = settled(own, seconds=0)
    assert not snapshot.remember(stats, changed, "abc")
    assert snapshot.remember(stats, changed - 60, "abc")
    assert snapshot.version_of(stats, changed) is None


def test_a_change_that_keeps_size_and_time_is_seen(cache, tmp_path):
    """The time of change cannot be set back."""
    own = tmp_path / "own.ttl"
    own.write_text("a")
    known = own.stat()
    stats, changed = settled(own)
    assert snapshot.remember(stats, changed, "abc")
    own.write_text("b")
    os.utime(own, ns=(known.st_atime_ns, known.st_mtime_ns))
    again, _ = stat_lines([OntologyFile(str(own), "own")])
    assert snapshot.version_of(again, changed) is None


def test_another_index_under_the_same_name_is_not_believed(cache, monkeypatch):
    """The name is a short digest; the content decides."""
    monkeypatch.setattr(snapshot, "_index", lambda stats: str(cache / "same.index"))
    assert snapshot.remember("one", 0.0, "abc")
    assert snapshot.version_of("one", 0.0) == "abc"
    assert snapshot.version_of("two", 0.0) is None


def test_a_changed_package_reads_no_snapshot_of_the_old_one(cache, monkeypatch):
    """The records of one version are not those of another."""
    load().ask("metastatic")
    version = load_graph().version
    assert snapshot.read(version) is not None
    monkeypatch.setattr(snapshot, "_code", lambda: "another")
    assert snapshot.read(version) is None


def test_a_file_that_breaks_after_the_snapshot_is_an_error_at_loading(cache, tmp_path):
    """Nothing is half loaded."""
    own = tmp_path / "own.ttl"
    own.write_text("<http://e.org/a> <http://e.org/b> <http://e.org/c> .")
    load(own).ask("metastatic")
    own.write_text("<http://e.org/a> <http://e.org/b> .")
    with pytest.raises(SourceError) as caught:
        load(own)
    assert (caught.value.path, caught.value.line) == (str(own), 1)


@pytest.mark.parametrize("damage", [lambda content: content[:-10], lambda content: b"", lambda content: content + b"x",
                                    lambda content: content[:60] + b"!" + content[61:]])  # fmt: skip
def test_a_damaged_snapshot_is_built_again(cache, damage):
    """Cut off, emptied, prolonged or changed."""
    load().ask("metastatic")
    (file,) = cache.glob("*.snapshot")
    whole = file.read_bytes()
    file.write_bytes(damage(whole))
    assert snapshot.read(load_graph().version) is None
    assert load().ask("metastatic").with_status("applies")
    assert file.read_bytes() == whole or len(file.read_bytes()) > 1000
    assert snapshot.read(load_graph().version) is not None


def test_a_snapshot_that_names_anything_but_records_is_not_read(cache):
    """Nothing in it is run."""

    class Evil:
        def __reduce__(self):
            return os.system, ("touch evil",)

    assert snapshot.write("v", {"lexicon": Evil()})
    assert snapshot.read("v") is None
    assert snapshot.write("v", {"lexicon": frozenset({1})})
    assert snapshot.read("v") == {"lexicon": frozenset({1})}
    with pytest.raises(pickle.UnpicklingError, match="has no place in a snapshot"):
        snapshot._unpickled(pickle.dumps(print))


def test_a_full_disk_changes_nothing_but_the_time(cache):
    """No file may grow beyond a thousand bytes, as on a disk that is full."""
    limit = "import resource, signal\nresource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
    program = f"{limit}from gistkg.cli import main\nraise SystemExit(main({ASK[3:]!r}))"
    pytest.importorskip("resource", reason="limits of a process are known on Unix only")
    full = run([sys.executable, "-c", program])
    assert full.stderr == ""
    assert full.stdout == run(ASK, GISTKG_CACHE="off").stdout
    assert list(cache.iterdir()) == []


def test_a_folder_that_cannot_be_written_changes_nothing_but_the_time(tmp_path):
    """A file stands where the folder should be."""
    (tmp_path / "file").write_text("")
    refused = run(ASK, GISTKG_CACHE=str(tmp_path / "file"))
    assert refused.stderr == ""
    assert refused.stdout == run(ASK, GISTKG_CACHE="off").stdout


def test_a_snapshot_in_a_folder_that_is_read_only_is_still_read(cache):
    """Reading needs no writing."""
    load().ask("metastatic")
    cache.chmod(0o500)
    try:
        kg = load()
        assert kg.ask("metastatic").with_status("applies")
        assert kg.graph._store is None
    finally:
        cache.chmod(0o700)


def test_processes_that_build_it_at_once_leave_one_whole_snapshot(cache):
    """Six at a time, and each answers the same."""
    processes = [subprocess.Popen(ASK, stdout=subprocess.PIPE, text=True) for _ in range(6)]
    answers = {process.communicate()[0] for process in processes}
    assert len(answers) == 1
    assert sorted(path.suffix for path in cache.iterdir()) in ([".snapshot"], [".index", ".snapshot"])
    assert snapshot.read(load_graph().version) is not None


def test_only_the_newest_snapshots_are_kept(cache):
    """And what a killed process left an hour ago is cleared away."""
    cache.mkdir(parents=True)
    left, young = cache / "building-old", cache / "building-new"
    for path in (left, young):
        path.write_text("")
    os.utime(left, (0, 0))
    for number in range(6):
        assert snapshot.write(f"v{number}", {})
        os.utime(snapshot._path(f"v{number}"), (number + 1, number + 1))
    assert snapshot.write("v6", {})
    assert {path.name.split("-")[0] for path in cache.glob("*.snapshot")} == {"v3", "v4", "v5", "v6"}
    assert not left.exists() and young.exists()


def test_what_is_kept_is_what_a_fresh_reading_gives(cache):
    """Conditions and names."""
    fresh = load_graph()
    load().ask("metastatic")
    kept = load_graph()
    assert kept._store is None
    assert conditions(kept) == conditions(fresh)
    words = "metastatic, acquired KIT V654A"
    assert case_from_words(kept, conditions(kept), words) == case_from_words(fresh, conditions(fresh), words)
