"""What the index holds of a sample, taken from its commit and its rows, whichever flow it is of."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Line = Mapping[str, Any]
Rows = Mapping[str, Sequence[Line]]

FACETS: Mapping[str, str] = {
    "outcome": "Outcome",
    "task": "Tasks",
    "category": "Objections",
    "stage": "Failed at",
    "rule": "Rules mined",
    "rounds": "Rounds",
    "type": "Type",
}
"""Name in addresses, and heading."""
_SEARCHED = frozenset(
    {
        "caption",
        "original",
        "content",
        "question",
        "answer",
        "reason",
        "rule",
        "message",
        "query",
        "instruction",
        "base",
        "point",
    }
)
"""Fields whose texts are searched: what people, models and errors said."""
_UNSEARCHED = frozenset({"candidates", "objects", "texts", "drafts", "details", "more", "steps"})
"""Parts of rows that repeat these texts, or are no texts."""
_TITLE_LENGTH = 160


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a sample: in the run directory, or in the folder of visible images."""

    kind: str
    """Its name in addresses."""
    folder: str
    """`run` or `source`."""
    path: str


def list_labels(event: Line) -> set[tuple[str, str]]:
    """Facets of a sample with their values, from its commit line."""
    rounds = max(event.get("rounds", {}).values(), default=0)
    found = {("outcome", event["outcome"])}
    # ImgCoder's only task ends as its sample does.
    found |= {
        ("task", f"{task.partition('.')[0]} {outcome}")
        for task, outcome in event["tasks"].items()
        if task != "figure"
    }
    found |= {("category", name) for name, count in event.get("categories", {}).items() if count}
    found |= {("stage", fault["stage"]) for fault in event.get("faults", [])}
    found |= {("rule", mined["rule"]) for mined in event.get("rules_mined", [])}
    found |= {("rounds", str(rounds))} if rounds else set()
    return found | ({("type", event["image_type"])} if event.get("image_type") else set())


def summarise_verdicts(event: Line) -> dict[str, str]:
    """How each task ended, and what was objected to; equal for samples that fared alike."""
    rounds = event.get("rounds", {})
    found = {
        task: f"{outcome} in round {rounds[task]}" if rounds.get(task, 1) > 1 else outcome
        for task, outcome in sorted(event["tasks"].items())
    }
    objections = sorted(f"{name} {count}" for name, count in event.get("categories", {}).items() if count)
    return found | ({"objections": ", ".join(objections)} if objections else {})


def choose_title(rows: Rows) -> str:
    """A line that tells samples apart: a caption, a question, a query, or what went wrong."""
    for name, field in (("pairs", "caption"), ("figures", "question"), ("edits", "query")):
        for row in rows.get(name, ()):
            if row.get(field):
                return _shorten(row[field])
    for row in rows.get("rejected", ()):
        if row.get("question"):
            return _shorten(row["question"])
    reasons = (one["reason"] for row in rows.get("rejected", ()) for one in row.get("rounds", ()))
    messages = (row["message"] for row in rows.get("failed", ()))
    return next((_shorten(text) for text in (*messages, *reasons) if text), "")


def collect_words(sample: str, rows: Rows) -> str:
    """Everything that the full-text search looks at, each text once."""
    texts = (text for lines in rows.values() for row in lines for text in _find_texts(row))
    return "\n".join(dict.fromkeys([sample, *texts]))


def list_pictures(flow: str, rows: Rows) -> tuple[Picture, ...]:
    """The pictures of a sample; the first two stand in lists."""
    found = {"infrared": _of_infrared, "imgcoder": _of_figures, "cir": _of_edits}[flow](rows)
    return tuple({picture.kind: picture for picture in found}.values())


def _of_infrared(rows: Rows) -> Iterator[Picture]:
    for name in ("pairs", "instructions", "rejected", "failed"):
        for row in rows.get(name, ())[:1]:
            if row.get("source"):
                yield Picture("visible", "source", row["source"])
    for row in rows.get("pairs", ())[:1]:
        yield Picture("infrared", "run", row["image"])


def _of_figures(rows: Rows) -> Iterator[Picture]:
    for row in rows.get("figures", ()):
        yield Picture("figure", "run", row["image"])


def _of_edits(rows: Rows) -> Iterator[Picture]:
    for row in rows.get("failed", ())[:1]:
        yield Picture("reference", "source", row["image"])
    for row in rows.get("edits", ())[:1]:
        yield Picture("reference", "run", row["reference"])
    for row in rows.get("edits", ()):
        yield Picture(row["task"], "run", row["image"])
    for row in (*rows.get("edits", ()), *rows.get("rejected", ())):
        for one in row["rounds"]:
            if one.get("image"):
                yield Picture(f"{row['task']}-r{one['round']}", "run", one["image"])


def _find_texts(value: Any, searched: bool = False) -> Iterator[str]:
    if isinstance(value, str) and searched:
        yield value
    elif isinstance(value, dict):
        for name, part in value.items():
            if name not in _UNSEARCHED:
                yield from _find_texts(part, name in _SEARCHED)
    elif isinstance(value, list):
        for part in value:
            yield from _find_texts(part, searched)


def _shorten(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _TITLE_LENGTH else f"{line[: _TITLE_LENGTH - 1]}…"
