"""What each exported row says of where it came from; columns are the same for all flows and rows.

A column that a row, or the irloom that made it, knows nothing of is null.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

from irloom.engine.damage import tell
from irloom.engine.directory import RunDirectory
from irloom.engine.reader import locate, read_spans
from irloom.engine.spans import Span
from irloom.engine.texts import digest_text
from irloom.errors import DamageError
from irloom.export.credits import CREDIT, Credit, Credits
from irloom.export.selection import is_judged
from irloom.pipelines.registry import find_flow
from irloom.sources.licences import name_licence

Row = Mapping[str, Any]
Column = Mapping[str, Any]


def _texts(*names: str) -> list[Column]:
    return [{"name": name, "dtype": "string"} for name in names]


def _numbers(*names: str) -> list[Column]:
    return [{"name": name, "dtype": "int64"} for name in names]


_DEGREES = ("temperature_c", "emissivity", "mean_c", "max_c", "contrast_c")
"""Of an object: as a translator painted it, and as a camera measured it."""
_OF_A_SET = ("captions_from", "band", "polarity", "shows")
COLUMNS: tuple[Column, ...] = (
    *_texts("run", "flow", "irloom"),
    *_numbers("seed", "attempt", "rules"),
    {"name": "judged", "dtype": "bool"},
    {"name": "models", "list": _texts("role", "model", "answered_by")},
    {"name": "prompts", "list": _texts("name", "digest")},
    {"name": "rounds", "list": [*_numbers("round"), *_texts("verdict", "by", "category", "reason")]},
    {"name": "candidates", "list": [*_texts("text", "origin"), {"name": "score", "dtype": "float64"}]},
    *_texts("detector"),
    {"name": "sentences", "list": [*_texts("sentence"), {"name": "score", "dtype": "float64"}]},
    {"name": "marks", "list": [*_texts("name"), *_numbers("mark")]},
    {
        "name": "boxes",  # and not `objects`, which ms-swift takes for a field of its own
        "list": [
            *_texts("label"),
            {"name": "box", "list": "float64"},
            {"name": "crowd", "dtype": "bool"},
            *({"name": name, "dtype": "float64"} for name in _DEGREES),
        ],
    },
    *_texts("heat_from", *_OF_A_SET, "language", "source", *CREDIT, "licence_code"),
)
"""As a data card of `datasets` names them."""


class Origins:
    """Says of the rows of one run where they came from."""

    def __init__(self, root: Path, data: str) -> None:
        self._about = RunDirectory.open(root)
        self.run = name_run(self._about)
        self._credits = Credits(root)
        self._companions = _Companions(root, find_flow(self._about.flow).data[0].name, data)

    def describe(self, row: Row) -> dict[str, Any]:
        """The columns of a row."""
        beside = self._companions.find(row)
        credit = self._credits.find(row)
        verified = row.get("verified") or {}
        found: dict[str, Any] = {
            "run": self.run,
            "flow": self._about.flow,
            "irloom": row.get("irloom"),
            "seed": row.get("seed"),
            "attempt": row.get("attempt"),
            "rules": row.get("rules"),
            "judged": is_judged(row),
            "models": _list_models(row),
            "prompts": _list_pairs(row.get("prompts"), "name", "digest"),
            "rounds": _pick(row.get("rounds"), ("round", "verdict", "by", "category", "reason")),
            "candidates": _pick(row.get("candidates"), ("text", "origin", "score")),
            "detector": verified.get("model"),
            "sentences": _pick(verified.get("scores"), ("sentence", "score")),
            "marks": _list_pairs((beside.get("judgement") or {}).get("scores"), "name", "mark"),
            "boxes": _pick(beside.get("objects"), ("label", "box", "crowd", *_DEGREES)),
            "heat_from": row.get("heat_from"),
            **{name: row.get(name) for name in _OF_A_SET},
            "language": row.get("language"),
            "source": row.get("source") or None,
            **credit,
            "licence_code": name_licence(credit["licence"], credit["licence_url"]),
        }
        return found

    def find_credit(self, row: Row) -> Credit:
        """Where its photograph is from."""
        return self._credits.find(row)

    def dump(self, row: Row) -> str:
        """The same as one text: readers that guess the types of columns cannot guess it wrong."""
        return orjson.dumps(self.describe(row)).decode()


def name_run(run: RunDirectory) -> str:
    """16 hex digits over what decides a run's rows: inputs, settings, prompts."""
    return digest_text(orjson.dumps(run.about["fingerprint"], option=orjson.OPT_SORT_KEYS))


class _Companions:
    """The row that holds a sample's picture, for rows that say less of it."""

    def __init__(self, root: Path, first: str, data: str) -> None:
        self._root, self._first = root, first
        self._spans = _find_rows(root, first) if data != first else {}
        self._last: tuple[str, Row] = ("", {})
        """The one that was asked for last: rows of a sample follow each other."""

    def find(self, row: Row) -> Row:
        sample = row["sample"]
        if sample not in self._spans:
            return row
        if self._last[0] != sample:
            self._last = (sample, self._read(self._spans[sample]))
        return {**self._last[1], **row}

    def _read(self, span: Span) -> Row:
        """The first row of a span; nothing, and damage that is told, where it is not as it was committed."""
        try:
            return next(read_spans(self._root, [span], self._first))
        except DamageError as error:
            tell(error)
            return {}


def _find_rows(root: Path, name: str) -> dict[str, Span]:
    """Where the rows of each sample's last attempt lie, of those that have any."""
    spans = ((sample, found[-1]) for sample, found in locate(root, None, name).items())
    return {sample: span for sample, span in spans if span.start < span.end}


def _list_models(row: Row) -> list[dict[str, Any]] | None:
    asked = row.get("models")
    answered = row.get("answered_by") or {}
    if asked is None:
        return None
    return [
        {"role": role, "model": model, "answered_by": answered.get(role)} for role, model in asked.items()
    ]


def _list_pairs(values: Mapping[str, Any] | None, key: str, value: str) -> list[dict[str, Any]] | None:
    return None if values is None else [{key: name, value: one} for name, one in values.items()]


def _pick(values: Any, names: Sequence[str]) -> list[dict[str, Any]] | None:
    """Some fields of a list of records; null for what is none."""
    if not isinstance(values, list):
        return None
    return [{name: one.get(name) for name in names} for one in values if isinstance(one, Mapping)]
