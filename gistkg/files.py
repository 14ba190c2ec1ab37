"""Where the Turtle and the queries lie; the only module that knows a path."""

import hashlib
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

from gistkg.errors import SourceError
from gistkg.record import Record

__all__ = ["OntologyFile", "content_version", "folder", "ontology_files", "query_files"]

_PACKAGE = Path(__file__).resolve().parent
_APART = ("mappings/", "shapes/")


class OntologyFile(Record):
    """One Turtle file: its path, and the name of the named graph it becomes."""

    path: Path
    name: str

    @cached_property
    def content(self) -> bytes:
        """The bytes of the file, read once.  Raises `SourceError` if it cannot be read."""
        try:
            return self.path.read_bytes()
        except OSError as error:
            raise SourceError(str(self.path), f"cannot be read ({error.strerror})") from error


def folder(name: str) -> Path:
    """The folder `ontology` or `queries`: inside an installed package, else beside it in a checkout.

    >>> folder("ontology").name
    'ontology'
    """
    for parent in (_PACKAGE, _PACKAGE.parent):
        if (parent / name).is_dir():
            return parent / name
    raise SourceError(str(_PACKAGE / name), "the folder is missing; reinstall gistkg")


def ontology_files() -> tuple[OntologyFile, ...]:
    """All Turtle files of `ontology/` but the shapes and the bridge to other vocabularies, in a fixed order.

    >>> 'conditions/criteria' in [file.name for file in ontology_files()]
    True
    """
    root = folder("ontology")
    paths = sorted(root.rglob("*.ttl"))
    names = [path.relative_to(root).with_suffix("").as_posix() for path in paths]
    return tuple(OntologyFile(p, n) for p, n in zip(paths, names, strict=True) if not n.startswith(_APART))


def query_files(kind: str) -> tuple[Path, ...]:
    """The query files of one kind (`questions` or `checks`), by name.

    >>> all(path.suffix == ".rq" for path in query_files("questions"))
    True
    """
    return tuple(sorted((folder("queries") / kind).rglob("*.rq")))


def content_version(files: Iterable[OntologyFile]) -> str:
    """Twelve hexadecimal digits that change whenever a name or a byte of the files changes."""
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{file.name}\0{len(file.content)}\0".encode())
        digest.update(file.content)
    return digest.hexdigest()[:12]
