"""What was once derived from the files, kept for the next process: names, conditions and judged claims.

A snapshot is one file in the user's cache folder, named by the bytes of the ontology and of this package, so that it is
never stale: whatever changes, another name is looked for. It is written aside and renamed, so that two processes can
build it at once; it carries its own checksum; and where it cannot be written, nothing is kept and nothing else changes.
Reading it makes records of this package and plain values, and nothing else.
"""

from __future__ import annotations

import os
from typing import Any

__all__ = ["folder", "read", "write"]

_MAGIC = b"gistkg snapshot 1\n"
_KEPT = 4


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
    path = _path(version)
    if path is None:
        return None
    try:
        with open(path, "rb") as file:  # noqa: PTH123
            content = file.read()
        if os.name == "posix" and os.stat(path).st_uid != os.getuid():  # noqa: PTH116
            return None
    except OSError:
        return None
    import hashlib

    head = len(_MAGIC) + 32
    body = content[head:]
    if content[:head] != _MAGIC + hashlib.sha256(body).digest():
        return None
    try:
        kept = _unpickled(body)
    except Exception:
        return None
    return kept if isinstance(kept, dict) else None


def write(version: str, kept: dict[str, Any]) -> bool:
    """Keep what was derived from a version of the ontology; whether that could be done.

    A folder that cannot be written or a full disk is no error: the next process derives it again.
    """
    path = _path(version)
    if path is None:
        return False
    import contextlib
    import hashlib
    import pickle
    import tempfile

    body = pickle.dumps(kept, protocol=pickle.HIGHEST_PROTOCOL)
    place = os.path.dirname(path)  # noqa: PTH120
    aside = None
    try:
        os.makedirs(place, mode=0o700, exist_ok=True)  # noqa: PTH103
        number, aside = tempfile.mkstemp(prefix="building-", dir=place)
        with open(number, "wb") as file:  # noqa: PTH123
            file.write(_MAGIC + hashlib.sha256(body).digest() + body)
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
    snapshots = [name for _, name in files if name.endswith(".snapshot")]
    forgotten = [name for age, name in files if name.startswith("building-") and age < time.time() - 3600]
    for name in snapshots[_KEPT:] + forgotten:
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
