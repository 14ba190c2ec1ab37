"""Where the Turtle and the queries lie; the only module that knows a path."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from functools import cache, cached_property
from typing import TYPE_CHECKING

from gistkg.errors import SourceError
from gistkg.record import Record

if TYPE_CHECKING:  # a cold answer needs no pathlib, which imports much
    from pathlib import Path

__all__ = ["OntologyFile", "content_version", "folder", "ontology_files", "query_files", "query_text", "stat_lines"]

_PACKAGE = os.path.dirname(os.path.realpath(__file__))  # noqa: PTH120
_APART = ("mappings/", "shapes/")


class OntologyFile(Record):
    """One Turtle file: where it lies, and the name of the named graph it becomes."""

    place: str
    name: str

    @property
    def path(self) -> Path:
        """Where it lies, as a path."""
        from pathlib import Path

        return Path(self.place)

    @cached_property
    def content(self) -> bytes:
        """The bytes of the file, read once.  Raises `SourceError` if it cannot be read."""
        try:
            with open(self.place, "rb") as file:  # noqa: PTH123
                return file.read()
        except OSError as error:
            raise SourceError(self.place, f"cannot be read ({error.strerror})") from error


def folder(name: str) -> Path:
    """The folder `ontology` or `queries`: inside an installed package, else beside it in a checkout.

    >>> folder("ontology").name
    'ontology'
    """
    from pathlib import Path

    return Path(_folder(name))


def _folder(name: str) -> str:
    for parent in (_PACKAGE, os.path.dirname(_PACKAGE)):  # noqa: PTH120
        found = f"{parent}/{name}"
        if os.path.isdir(found):  # noqa: PTH112
            return found
    raise SourceError(f"{_PACKAGE}/{name}", "the folder is missing; reinstall gistkg")


def ontology_files() -> tuple[OntologyFile, ...]:
    """All Turtle files of `ontology/` but the shapes and the bridge to other vocabularies, in a fixed order.

    >>> 'conditions/criteria' in [file.name for file in ontology_files()]
    True
    """
    root = _folder("ontology")
    found = sorted(_turtle(root, ""), key=lambda name: f"{name}.ttl".split("/"))
    return tuple(OntologyFile(f"{root}/{name}.ttl", name) for name in found if not name.startswith(_APART))


def _turtle(root: str, under: str) -> Iterator[str]:
    """The names of the Turtle files of a folder and its folders; pathlib would take several times as long."""
    with os.scandir(f"{root}/{under}") as entries:
        for entry in entries:
            if entry.name.endswith(".ttl"):
                yield under + entry.name[:-4]
            elif entry.is_dir():
                yield from _turtle(root, f"{under}{entry.name}/")


def query_files(kind: str) -> tuple[Path, ...]:
    """The query files of one kind (`questions` or `checks`), by name.

    >>> all(path.suffix == ".rq" for path in query_files("questions"))
    True
    """
    return tuple(sorted((folder("queries") / kind).rglob("*.rq")))


@cache
def query_text(kind: str, name: str) -> str:
    """The query of this name, as `queries/KIND/NAME.rq` has it.

    >>> query_text("records", "about").startswith("#+ summary:")
    True
    """
    return next(path for path in query_files(kind) if path.stem == name).read_text(encoding="utf-8")


def content_version(files: Iterable[OntologyFile]) -> str:
    """Twelve hexadecimal digits that change whenever a name or a byte of the files changes."""
    import hashlib

    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{file.name}\0{len(file.content)}\0".encode())
        digest.update(file.content)
    return digest.hexdigest()[:12]


def stat_lines(files: Iterable[OntologyFile]) -> tuple[str, float]:
    """What the file system says of files without reading them, a line each, and when the last of them was changed.

    Any writing changes the time of change, whatever becomes of the time of modification. Raises `SourceError`.
    """
    lines = []
    newest = 0
    for file in files:
        try:
            known = os.stat(file.place)  # noqa: PTH116 - faster
        except OSError as error:
            raise SourceError(file.place, f"cannot be read ({error.strerror})") from error
        newest = max(newest, known.st_mtime_ns, known.st_ctime_ns)
        lines.append(f"{file.place}\0{known.st_size} {known.st_mtime_ns} {known.st_ctime_ns} {known.st_ino}\n")
    return "".join(lines), newest / 1e9
