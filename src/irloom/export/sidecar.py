"""The file beside an exported file, `NAME.irloom.json`: what it holds, where from, and its sha256.

By that sha256 a later export knows that nobody has written the file since, and may replace it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson

from irloom.engine.images import hash_file
from irloom.errors import UserError
from irloom.export.files import write_json_lines, write_text

_HASHES = "sha256"


def name_sidecar(out: Path) -> Path:
    """Where it lies."""
    return out.with_name(f"{out.name}.irloom.json")


def refuse_foreign(out: Path, force: bool) -> None:
    """Raise UserError for a file that no export is known to have written, unless `force` is given."""
    if force or not out.exists() or hash_file(out) in _read_hashes(out):
        return
    raise UserError(
        f"--out {out} is there, and {name_sidecar(out).name} beside it does not know it, so that it is not "
        "known to be an export: name another file, or write over it with --force."
    )


def replace_known(out: Path, write: Callable[[Path], object], about: Callable[[], Mapping[str, Any]]) -> None:
    """Write a file and its sidecar, so that the sidecar knows the file whenever the process is killed.

    `about` is asked for once the file is written.
    """
    fresh = out.with_name(f".{out.name}.new")
    try:
        write(fresh)
        said, new = about(), hash_file(fresh)
        # Until the file has its name the sidecar knows both, the one that is there and the one that comes.
        _write(out, {**said, _HASHES: [new, *({hash_file(out)} - {"", new})]})
        fresh.replace(out)
        _write(out, {**said, _HASHES: [new]})
    except OSError as error:
        raise UserError(f"Cannot write {out}: {error.strerror or error}.") from error
    finally:
        fresh.unlink(missing_ok=True)


@contextmanager
def replacing_beside(out: Path, name: str, lines: Iterable[Mapping[str, Any]] | None) -> Iterator[None]:
    """A list beside a file, `FILE.NAME`, which changes only once the file has, in the block.

    Where there are no `lines` now that of an earlier export goes.
    """
    beside, was_known = out.with_name(f"{out.name}.{name}"), name_sidecar(out).exists()
    fresh = beside.with_name(f".{beside.name}.new")
    try:
        if lines is not None:
            write_json_lines(fresh, lines)
        yield
        if lines is not None:
            fresh.replace(beside)
        elif was_known:
            beside.unlink(missing_ok=True)
    finally:
        fresh.unlink(missing_ok=True)


def _write(out: Path, about: Mapping[str, Any]) -> None:
    write_text(name_sidecar(out), orjson.dumps(about, option=orjson.OPT_INDENT_2).decode() + "\n")


def _read_hashes(out: Path) -> list[str]:
    try:
        found = orjson.loads(name_sidecar(out).read_bytes())
    except (OSError, orjson.JSONDecodeError):
        return []
    hashes = found.get(_HASHES) if isinstance(found, dict) else None
    return [str(one) for one in hashes] if isinstance(hashes, list) else []
