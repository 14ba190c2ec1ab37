"""What was once derived from the files, kept for the next process: names, conditions and judged claims.

A snapshot is one file in the user's cache folder, named by the bytes of the ontology and of this package, so that it is
never stale: whatever changes, another name is looked for. Beside it lies an index: which bytes files had that the file
system calls unchanged since, so that they need not be read again. Both are written aside and renamed, so that two
processes can build them at once; each carries its own checksum; and where they cannot be written, nothing is kept and
nothing else changes. Reading them makes records of this package and plain values, and nothing else.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

__all__ = ["folder", "read", "remember", "version_of", "write"]

_MAGIC = b"gistkg snapshot 2\n"
_KEPT = 4
_SETTLED = 2.0
"""How many seconds a file must have been left alone before an index is trusted: clocks of file systems are coarse."""


def folder() -> str | None:
    """The folder of snapshots: `GISTKG_CACHE`, else `gistkg` in the user's cache folder; `None` where it is "off".

    >>> folder() is None or "gistkg" in folder()
    True
    """
    chosen = os.environ.get("GISTKG_CACHE")
    if chosen == "off":
        return None
    if chosen:
        return os.path.join(chosen, "gistkg")  # noqa: PTH118 - pathlib costs a cold start some milliseconds
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")  # noqa: PTH111
    return os.path.join(base, "gistkg")  # noqa: PTH118


def read(version: str) -> dict[str, Any] | None:
    """What was kept for a version of the ontology, or `None` if there is nothing, or nothing that is whole.

    >>> read("no such version") is None
    True
    """
    content = _content(_path(version))
    if content is None:
        return None
    try:
        kept = _unpickled(content)
    except Exception:
        return None
    return kept if isinstance(kept, dict) else None


def write(version: str, kept: dict[str, Any]) -> bool:
    """Keep what was derived from a version of the ontology; whether that could be done.

    A folder that cannot be written or a full disk is no error: the next process derives it again.
    """
    import pickle

    return _write(_path(version), lambda: pickle.dumps(kept, protocol=pickle.HIGHEST_PROTOCOL))


def version_of(stats: str, changed: float) -> str | None:
    """The version of files of which the file system says what it said when `remember` was called, or `None`.

    `changed` is when the last of them was changed, in seconds.

    >>> version_of("no such file", 0.0) is None
    True
    """
    path = _index(stats)
    content = _content(path)
    if path is None or content is None:
        return None
    version, _, told = content.decode("utf-8", "replace").partition("\n")
    settled = os.stat(path).st_mtime - changed > _SETTLED  # noqa: PTH116
    return version if told == stats and settled else None


def remember(stats: str, changed: float, version: str) -> bool:
    """Keep which version files have; whether that could be done. Files changed just now are not remembered."""
    import time

    if time.time() - changed <= _SETTLED:
        return False
    return _write(_index(stats), lambda: f"{version}\n{stats}".encode("utf-8", "replace"))


def _content(path: str | None) -> bytes | None:
    """What follows the checksum of a file of ours, if the file is whole."""
    import zlib

    if path is None:
        return None
    try:
        with open(path, "rb") as file:  # noqa: PTH123
            if os.name == "posix" and os.fstat(file.fileno()).st_uid != os.getuid():
                return None
            content = file.read()
    except OSError:
        return None
    head = len(_MAGIC) + 4
    body = content[head:]
    return body if content[:head] == _MAGIC + zlib.crc32(body).to_bytes(4, "big") else None


def _write(path: str | None, content: Callable[[], bytes]) -> bool:
    if path is None:
        return False
    import contextlib
    import tempfile
    import zlib

    body = content()
    place = os.path.dirname(path)  # noqa: PTH120
    aside = None
    try:
        os.makedirs(place, mode=0o700, exist_ok=True)  # noqa: PTH103
        number, aside = tempfile.mkstemp(prefix="building-", dir=place)
        with open(number, "wb") as file:  # noqa: PTH123
            file.write(_MAGIC + zlib.crc32(body).to_bytes(4, "big") + body)
        os.replace(aside, path)  # noqa: PTH105
    except OSError:
        if aside is not None:
            with contextlib.suppress(OSError):
                os.unlink(aside)  # noqa: PTH108
        return False
    with contextlib.suppress(OSError):
        _prune(place)
    return True


def _path(version: str) -> str | None:
    place = folder()
    return None if place is None else os.path.join(place, f"{version}-{_code()}.snapshot")  # noqa: PTH118


def _index(stats: str) -> str | None:
    import zlib

    place = folder()
    name = f"{zlib.crc32(stats.encode('utf-8', 'replace')):08x}.index"
    return None if place is None else os.path.join(place, name)  # noqa: PTH118


def _code() -> str:
    """Changes with the interpreter and with any file of this package."""
    import sys
    import zlib

    package = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120
    with os.scandir(package) as entries:
        stats = sorted(
            (entry.name, entry.stat().st_size, entry.stat().st_mtime_ns) for entry in entries if entry.is_file()
        )
    return f"{zlib.crc32(repr((sys.version, package, stats)).encode()):08x}"


def _prune(place: str) -> None:
    """Leave only the newest snapshots, and nothing that a process left behind when it was killed over an hour ago."""
    import time

    with os.scandir(place) as entries:
        files = sorted(((entry.stat().st_mtime, entry.name) for entry in entries), reverse=True)
    old = [name for kind in (".snapshot", ".index") for name in [n for _, n in files if n.endswith(kind)][_KEPT:]]
    forgotten = [name for age, name in files if name.startswith("building-") and age < time.time() - 3600]
    for name in old + forgotten:
        os.unlink(os.path.join(place, name))  # noqa: PTH108, PTH118


_PLAIN = {
    "builtins": {"frozenset", "set"},
    "datetime": {"datetime", "timezone", "timedelta"},
    "decimal": {"Decimal"},
}


def _unpickled(body: bytes) -> Any:
    import io
    import pickle

    class Reader(pickle.Unpickler):
        """Makes nothing but plain values and the records of this package."""

        def find_class(self, module: str, name: str) -> Any:
            if module.startswith("gistkg.") or name in _PLAIN.get(module, ()):
                return super().find_class(module, name)
            raise pickle.UnpicklingError(f"{module}.{name} has no place in a snapshot")

    return Reader(io.BytesIO(body)).load()
