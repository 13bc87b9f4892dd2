"""Reads the rules that a run starts with: a text file, or another run's rule book."""

from importlib.resources import files
from pathlib import Path
from typing import Any

import orjson

from irloom.errors import ConfigError
from irloom.runs.rulebook import RuleBook


def read_rules(path: Path | None = None) -> list[dict[str, Any]]:
    """Lines of version 0 with origin `basic`; those that stood at the end of another run's book."""
    try:
        text = (
            path.read_text("utf-8-sig")
            if path
            else files("irloom.data").joinpath("rules.txt").read_text("utf-8")
        )
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"--rules {path}: {error}. Give a UTF-8 text file, or a run's rules.jsonl."
        ) from error
    rules = _read_book(path, text) if path and path.suffix == ".jsonl" else _read_list(text)
    return [{"rule": rule, "version": 0, "origin": "basic"} for rule in rules]


def _read_list(text: str) -> list[str]:
    lines = (" ".join(line.split()) for line in text.splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def _read_book(path: Path, text: str) -> list[str]:
    book = RuleBook()
    for number, line in enumerate(text.splitlines(), 1):
        try:
            row = orjson.loads(line)
            book.take({"version": row["version"], "origin": row["origin"], "rule": row["rule"]})
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ConfigError(
                f"--rules {path}, line {number}: not a line of a rule book ({error!r})."
            ) from error
    return list(book.standing(max_rules=1_000_000))
