"""Exports are written whole or not at all, and say what they leave out."""

import json
import os
from pathlib import Path

import pytest

from gistkg.cli import main
from gistkg.errors import ExportError, OutputError, UnknownTargetError
from gistkg.export import writing
from gistkg.export.product import Product, loss
from gistkg.export.targets import TARGETS, build, target, variant_of
from gistkg.export.writing import write_file, write_product

WHOLE = Product({"a.txt": b"new"}, {"things": 1})
LOSSY = Product({"a.txt": b"new"}, {"things": 1}, loss("doses", "no field", ["ev:one", "ev:two"]))
FOLDER = Product({"a.csv": b"a", "more/b.csv": b"b"}, {"rows": 2})


def write(product, path, *, folder=False, name="invented"):
    """Write a product as the command line does."""
    return write_product(product, path, target=name, variant="plain", version="0123", folder=folder)


def test_a_complete_export_is_one_file(tmp_path):
    """No account stands beside it."""
    assert write(WHOLE, tmp_path / "out.txt") is None
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"out.txt": b"new"}


def test_a_lossy_export_has_its_account_beside_it(tmp_path):
    """With every item that was left out."""
    report = write(LOSSY, tmp_path / "out.txt")
    assert report == tmp_path / "out.txt.losses.json"
    assert json.loads(report.read_text()) == {
        "target": "invented",
        "variant": "plain",
        "graphVersion": "0123",
        "complete": False,
        "carried": {"things": 1},
        "dropped": [{"what": "doses", "why": "no field", "count": 2, "items": ["ev:one", "ev:two"]}],
    }


def test_a_write_that_fails_leaves_what_was_there(tmp_path, monkeypatch):
    """And nothing beside it."""
    path = tmp_path / "out.txt"
    path.write_bytes(b"old")

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(writing.Path, "chmod", full)
    with pytest.raises(OutputError, match=r"out.txt cannot be written \(No space left on device\)"):
        write_file(path, b"new")
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == {"out.txt": b"old"}


@pytest.mark.parametrize(("name", "problem"), [("no/such/out.txt", "there is no folder"), (".", "is a folder")])
def test_a_path_that_cannot_be_is_an_error(tmp_path, name, problem):
    """Nothing is left behind."""
    with pytest.raises(OutputError, match=problem):
        write(WHOLE, tmp_path / name)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("path", [Path(), Path(os.sep)])
def test_a_folder_that_has_no_name_is_an_error(path):
    """An empty path is the folder we are in."""
    with pytest.raises(OutputError, match="is a folder; give the name of a file"):
        write(WHOLE, path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
@pytest.mark.parametrize("content", [WHOLE, LOSSY])
def test_a_pipe_or_a_device_is_not_put_aside_for_a_file(tmp_path, content):
    """Nor what leads to one."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to(tmp_path / "pipe")
    for name in ("pipe", "link"):
        with pytest.raises(OutputError, match="is no ordinary file"):
            write(content, tmp_path / name)
    assert (tmp_path / "pipe").is_fifo()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link", "pipe"]


def test_a_link_is_written_through(tmp_path):
    """It stays a link, relative as it was; what it leads to is renamed into place, and the account stands beside it."""
    (tmp_path / "disk").mkdir()
    (tmp_path / "disk" / "real.txt").write_bytes(b"old")
    os.link(tmp_path / "disk" / "real.txt", tmp_path / "second name")
    (tmp_path / "near").symlink_to(Path("disk") / "real.txt")
    (tmp_path / "out.txt").symlink_to("near")
    assert write(LOSSY, tmp_path / "out.txt") == tmp_path / "out.txt.losses.json"
    assert [(tmp_path / name).readlink() for name in ("out.txt", "near")] == [Path("near"), Path("disk/real.txt")]
    assert {path.name: path.read_bytes() for path in (tmp_path / "disk").iterdir()} == {"real.txt": b"new"}
    assert (tmp_path / "second name").read_bytes() == b"old"
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "disk", "near", "out.txt", "out.txt.losses.json", "second name",
    ]  # fmt: skip


def test_a_link_to_what_is_not_there_yet_makes_it(tmp_path):
    """As opening it for writing would."""
    (tmp_path / "out.txt").symlink_to(tmp_path / "new.txt")
    write_file(tmp_path / "out.txt", b"new")
    assert (tmp_path / "out.txt").is_symlink()
    assert (tmp_path / "new.txt").read_bytes() == b"new"


def test_a_link_that_cannot_be_written_through_is_an_error(tmp_path):
    """It stays as it was."""
    (tmp_path / "lost").symlink_to(tmp_path / "none" / "new.txt")
    with pytest.raises(OutputError, match=r"lost cannot be written: there is no folder .*none"):
        write_file(tmp_path / "lost", b"new")
    (tmp_path / "round").symlink_to(tmp_path / "round")
    with pytest.raises(OutputError, match="round is a link that leads round in a circle; give another name"):
        write_file(tmp_path / "round", b"new")
    (tmp_path / "device").symlink_to("/dev/gistkg-new")
    with pytest.raises(OutputError, match="device is no ordinary file"):
        write_file(tmp_path / "device", b"new")
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_symlink()) == ["device", "lost", "round"]
    assert len(list(tmp_path.iterdir())) == 3


def test_a_link_to_a_folder_stays_a_link(tmp_path):
    """The export of before is replaced behind it."""
    (tmp_path / "real").mkdir()
    (tmp_path / "out").symlink_to("real")
    write(FOLDER, tmp_path / "out", folder=True)
    write(Product({"b.csv": b"b"}, {"rows": 1}), tmp_path / "out", folder=True)
    assert (tmp_path / "out").readlink() == Path("real")
    assert sorted(path.name for path in (tmp_path / "real").iterdir()) == ["b.csv", "export.json"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "real"]


def test_the_account_of_an_earlier_export_does_not_outlive_it(tmp_path):
    """A complete export over a lossy one says that it is complete."""
    write(LOSSY, tmp_path / "out.txt")
    assert write(WHOLE, tmp_path / "out.txt") is None
    report = json.loads((tmp_path / "out.txt.losses.json").read_text())
    assert (report["complete"], report["dropped"]) == (True, [])


def test_an_interrupt_gives_an_old_folder_back(tmp_path, monkeypatch):
    """Between the moment it was put aside and the moment the new one came."""
    write(FOLDER, tmp_path / "out", folder=True)
    rename = writing.Path.rename

    def stop(self, there):
        if self.name == "new":
            raise KeyboardInterrupt
        return rename(self, there)

    monkeypatch.setattr(writing.Path, "rename", stop)
    with pytest.raises(KeyboardInterrupt):
        write(WHOLE, tmp_path / "out", folder=True)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert (tmp_path / "out" / "a.csv").read_bytes() == b"a"


def test_a_folder_that_cannot_be_looked_into_is_left_alone(tmp_path, monkeypatch):
    """It says that it is no export."""

    def closed(_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(writing.Path, "iterdir", closed)
    with pytest.raises(OutputError, match="is no export of invented"):
        write(FOLDER, tmp_path, folder=True)


@pytest.mark.skipif(os.name != "posix" or os.getuid() == 0, reason="root may write anywhere")
def test_a_folder_that_is_read_only_is_an_error(tmp_path):
    """It says so."""
    tmp_path.chmod(0o500)
    with pytest.raises(OutputError, match="Permission denied"):
        write(WHOLE, tmp_path / "out.txt")


def test_a_folder_is_made_with_a_list_of_its_files(tmp_path):
    """With their digests."""
    write(FOLDER, tmp_path / "out", folder=True)
    manifest = json.loads((tmp_path / "out" / "export.json").read_text())
    assert manifest["target"] == "invented"
    assert list(manifest["sha256"]) == ["a.csv", "more/b.csv"]
    assert (tmp_path / "out" / "more" / "b.csv").read_bytes() == b"b"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_folder_of_an_earlier_export_is_replaced(tmp_path):
    """Files it no longer has are gone."""
    write(FOLDER, tmp_path / "out", folder=True)
    write(WHOLE, tmp_path / "out", folder=True)
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"a.txt", "export.json"}


@pytest.mark.parametrize("stranger", ["notes.txt", "export.json"])
def test_a_folder_of_somebody_else_is_left_alone(tmp_path, stranger):
    """Even one with a file of the same name as ours."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / stranger).write_text("mine")
    with pytest.raises(OutputError, match="is there already, and is no export of invented"):
        write(FOLDER, tmp_path / "out", folder=True)
    assert [path.name for path in (tmp_path / "out").iterdir()] == [stranger]


def test_a_file_that_a_user_put_into_an_export_is_not_deleted(tmp_path):
    """The folder is refused as a whole."""
    write(FOLDER, tmp_path / "out", folder=True)
    (tmp_path / "out" / "notes.txt").write_text("mine")
    with pytest.raises(OutputError, match="is there already"):
        write(FOLDER, tmp_path / "out", folder=True)
    assert (tmp_path / "out" / "notes.txt").read_text() == "mine"


def test_an_unknown_target_lists_the_targets(capsys):
    """And the nearest."""
    with pytest.raises(UnknownTargetError, match=r"Did you mean rdf\? There are: rdf, "):
        target("rfd")
    assert main(["export", "--to", "rfd"]) == 2
    assert "Did you mean rdf?" in capsys.readouterr().err


@pytest.mark.parametrize(("name", "hint"), [
    ("FHIR", "Did you mean fhir?"),
    ("graphml", "Did you mean --to network --as graphml?"),
    ("CSV", "Did you mean --to tables --as csv or --to neo4j --as csv?"),
    ("nothing like it", "There is no target 'nothing like it'. There are: rdf, "),
])  # fmt: skip
def test_a_target_is_known_by_its_variants_and_in_capitals(name, hint):
    """As people who know the name of a format will write it."""
    with pytest.raises(UnknownTargetError) as caught:
        target(name)
    assert hint in str(caught.value)


@pytest.mark.parametrize("given", [("-o", "x.json"), ("--as", "r4"), ("--about", "imatinib")])
def test_an_export_without_a_target_is_an_error(capsys, given):
    """And not a list of the targets that looks like success."""
    assert main(["export", *given]) == 2
    assert "--to TARGET; 'gistkg export' lists the targets" in capsys.readouterr().err


def test_a_format_is_not_taken_for_a_variant(capsys, tmp_path):
    """It says how a variant is chosen, and nothing is written."""
    assert main(["export", "--to", "obo", "--format", "json", "-o", str(tmp_path / "out.json")]) == 2
    assert "a variant of obo is chosen with --as" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_what_was_written_is_told_with_its_variant(capsys, tmp_path):
    """Capitals in the end of a name do not matter."""
    assert main(["export", "--to", "metadata", "-o", str(tmp_path / "out.SD.TTL")]) == 0
    assert f"wrote {tmp_path / 'out.SD.TTL'} as sd (" in capsys.readouterr().err


def test_a_variant_is_chosen_by_name_or_by_the_end_of_the_file():
    """A wrong one lists those there are."""
    assert variant_of(target("rdf"), None, "x.nt") == "ntriples"
    assert variant_of(target("fhir"), None, "x.r4.json") == "r4"
    assert variant_of(target("fhir"), None, "x.json") == variant_of(target("fhir"), None, "x") == "r5"
    assert variant_of(target("rdf"), "nquads", "x.unknown") == "nquads"
    assert variant_of(target("tables"), None, "somewhere/") == variant_of(target("tables"), None, "of-1.0") == "csv"
    with pytest.raises(ExportError, match=r"svg is written as .svg \(svg\); schema.png ends like none"):
        variant_of(target("svg"), None, "schema.png")
    with pytest.raises(ExportError, match="choose one of turtle"):
        variant_of(target("rdf"), "hieroglyphs")


@pytest.mark.parametrize(("name", "path", "advice"), [
    ("tables", "x.csv", "--to tables --as csv --output tables/"),
    ("tables", "x.parquet", "--to tables --as parquet --output tables/"),
    ("tables", "x.xlsx", "--to tables --output tables/"),
    ("biolink", "edges.tsv", "--to biolink --output biolink/"),
    ("biolink", "edges.jsonl", "--to biolink --as jsonl --output biolink/"),
    ("neo4j", "graph.graphml", "--to neo4j --output neo4j/"),
    ("neo4j", "nodes.CSV", "--to neo4j --as csv --output neo4j/"),
])  # fmt: skip
def test_a_folder_named_like_a_file_is_an_error(name, path, advice):
    """What to say in its place can be copied as it stands; a slash at the end, or --as, says that it is meant."""
    with pytest.raises(ExportError) as caught:
        variant_of(target(name), None, path)
    assert str(caught.value) == f"{name} is a folder of files; {path} is named like a file. Name a folder: {advice}"
    assert variant_of(target(name), None, advice.rpartition(" ")[2]) == next(iter(target(name).variants))
    assert variant_of(target(name), None, f"{path}/") == next(iter(target(name).variants))


def test_a_term_is_refused_where_the_target_is_about_everything(kg_graph):
    """And it says which targets take one."""
    with pytest.raises(ExportError, match="rdf is about the whole graph"):
        build(kg_graph, "rdf", about="imatinib")


def test_the_targets_are_listed_without_one(capsys):
    """One line each, at least."""
    assert main(["export", "--format", "csv"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "target,summary,variants,keeps,loses,reader"
    assert [line.split(",")[0] for line in lines[1:]] == list(TARGETS)


@pytest.mark.parametrize("name", [name for name, one in TARGETS.items() if one.is_folder])
def test_a_folder_needs_a_place(capsys, name):
    """It cannot go to standard output."""
    assert main(["export", "--to", name]) == 2
    assert "say where: --output FOLDER" in capsys.readouterr().err
