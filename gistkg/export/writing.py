"""Exports written to disk: aside first, then renamed, so that nothing is ever half there; links stay links."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from gistkg.errors import OutputError
from gistkg.export.as_json import json_bytes
from gistkg.export.product import Product, loss_report

__all__ = ["write_file", "write_files", "write_product"]

_MANIFEST = "export.json"


def write_product(
    product: Product, path: Path, *, target: str, variant: str, version: str, folder: bool
) -> Path | None:
    """Write an export, and beside it what it dropped; where that account is, or `None` for a complete export.

    A folder that is there already is replaced only if an earlier export of the same target made it. The account of an
    earlier export does not outlive it: it says then that this one is complete.
    Raises `OutputError`; then what was there before is still there, and nothing else.
    """
    report = loss_report(target, variant, version, product) if product.losses else None
    if not folder:
        _refuse_what_is_no_file(path)
        beside = path.with_name(f"{path.name}.losses.json")
        account = loss_report(target, variant, version, product) if report or beside.is_file() else None
        write_files({path: product.content} | ({beside: account} if account else {}))
        return beside if report else None
    files = dict(product.files) | ({"losses.json": report} if report else {})
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())}
    manifest = {"target": target, "variant": variant, "graphVersion": version, "sha256": digests}
    files[_MANIFEST] = json_bytes(manifest)
    _write_folder(files, path, target)
    return path / "losses.json" if report else None


def write_file(path: Path, content: bytes) -> None:
    """Write one file, whole or not at all.  Raises `OutputError`."""
    write_files({path: content})


def write_files(files: Mapping[Path, bytes]) -> None:
    """Write files, each whole or not at all; all are written aside before the first is renamed.

    What a symbolic link leads to is written, and the link stays.
    Raises `OutputError`.
    """
    aside: list[tuple[Path, Path]] = []
    try:
        for path, content in files.items():
            _refuse_what_is_no_file(path)
            target = _followed(path)
            number, name = tempfile.mkstemp(prefix=f".{target.name}-", dir=target.parent)
            aside.append((Path(name), target))
            os.close(number)
            made = Path(name)
            made.write_bytes(content)
            made.chmod(0o666 & ~_umask())
        for made, path in aside:
            made.replace(path)
    except OSError as error:
        raise OutputError(str(path), _reason(error, _followed(path))) from error
    finally:
        for made, _ in aside:
            made.unlink(missing_ok=True)


def _refuse_what_is_no_file(path: Path) -> None:
    """A pipe or a device would be put aside for a file; so would a name such as `/dev/stdout`, that leads to one."""
    if path.is_dir():
        raise OutputError(str(path), "is a folder; give the name of a file")
    if Path("/dev") in (path.parent, _followed(path).parent) or (path.exists() and not path.is_file()):
        raise OutputError(str(path), "is no ordinary file; give the name of one")


def _followed(path: Path) -> Path:
    """What a symbolic link leads to, also if nothing is there yet; any other path as it is."""
    if not path.is_symlink():
        return path
    target = Path(os.path.realpath(path))
    if target.is_symlink():
        raise OutputError(str(path), "is a link that leads round in a circle; give another name")
    return target


def _write_folder(files: Mapping[str, bytes], path: Path, target: str) -> None:
    if path.exists() and not _replaceable(path, target):
        raise OutputError(str(path), f"is there already, and is no export of {target}; choose another name")
    path = _followed(path)
    aside = None
    try:
        aside = Path(tempfile.mkdtemp(prefix=f".{path.name}-", dir=path.parent))
        made = aside / "new"
        made.mkdir()
        for name, content in files.items():
            (made / name).parent.mkdir(parents=True, exist_ok=True)
            (made / name).write_bytes(content)
        if path.exists():
            path.rename(aside / "old")
        made.rename(path)
    except OSError as error:
        raise OutputError(str(path), _reason(error, path)) from error
    finally:
        if aside is not None:
            if (aside / "old").exists() and not path.exists():  # also if somebody interrupts
                (aside / "old").rename(path)
            shutil.rmtree(aside, ignore_errors=True)


def _replaceable(path: Path, target: str) -> bool:
    """Whether a folder is empty, or holds an export of this target and nothing else."""
    if not path.is_dir():
        return False
    try:
        if not any(path.iterdir()):
            return True
        manifest = json.loads((path / _MANIFEST).read_bytes())
        there = {file.relative_to(path).as_posix() for file in path.rglob("*") if file.is_file()}
        return bool(manifest["target"] == target and there <= {_MANIFEST, *manifest["sha256"]})
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _reason(error: OSError, path: Path) -> str:
    if not path.parent.is_dir():
        return f"cannot be written: there is no folder {path.parent}"
    return f"cannot be written ({error.strerror or error})"


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
