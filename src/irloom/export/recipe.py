"""The recipe of a run, which travels with its data: configuration, rules and prompts, without secrets."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson

from irloom.engine.damage import damaged, tell
from irloom.engine.directory import RunDirectory, without_credentials
from irloom.engine.rows import iterate_committed
from irloom.engine.texts import is_kept, locate_prompts
from irloom.export.files import write_json_lines, write_text
from irloom.inside import is_digest

_OURS_ALONE = ("signature", "log", "sum", "created")
"""What `run.json` says of this one run, and is no part of how to make it."""


def write_recipe(root: Path, folder: Path) -> None:
    """Write `run.json`, `rules.jsonl` and the prompts' texts into a new folder."""
    folder.mkdir()
    about = orjson.dumps(describe_run(root), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    write_text(folder / "run.json", about.decode())
    write_json_lines(folder / "rules.jsonl", read_rules(root))
    for name, text in read_prompts(root).items():
        write_text(folder / "prompts" / name, text)


def describe_recipe(root: Path) -> dict[str, Any]:
    """The same as one record, for an export that is no folder."""
    return {"run": describe_run(root), "rules": read_rules(root), "prompts": read_prompts(root)}


def describe_run(root: Path) -> dict[str, Any]:
    """`run.json` without what only the run itself needs, and without credentials in addresses."""
    about = RunDirectory.open(root).about
    plain = without_credentials({name: about[name] for name in about if name not in _OURS_ALONE})
    assert isinstance(plain, dict)
    return plain


def read_rules(root: Path) -> list[Mapping[str, Any]]:
    """The rule book as far as it is committed; empty for a flow without one."""
    return [row for _, row in iterate_committed(root, "rules")]


def read_prompts(root: Path) -> dict[str, str]:
    """The texts of the prompts that the run kept, by the names of their files.

    One that is missing, or not as it was kept, is told as damage and left out.
    """
    folder, fingerprint = root / "prompts", RunDirectory.open(root).about["fingerprint"]
    names = {path.name for path in folder.glob("*.md") if is_digest(path.stem)}
    names |= {path.name for path in locate_prompts(root, fingerprint)}
    found = {name: folder / name for name in sorted(names)}
    for path in found.values():
        if not is_kept(path, path.stem):
            tell(
                damaged(path, "its text is not the one that was sent" if path.is_file() else "it is missing")
            )
    return {name: path.read_text("utf-8") for name, path in found.items() if is_kept(path, path.stem)}
