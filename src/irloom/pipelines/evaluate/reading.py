"""Reads replies by every rule of a benchmark, and says which of them need the checker."""

from collections.abc import Iterable, Mapping
from typing import Any

from irloom.pipelines.evaluate.benchmark import Rule
from irloom.pipelines.evaluate.records import Heard, Posed, Reading
from irloom.records import Fault


def list_doubtful(
    rules: Mapping[str, Rule], replies: Iterable[tuple[Posed, Heard]]
) -> list[tuple[Posed, Heard]]:
    """The replies that say something which one of the rules cannot read."""
    return [
        (posed, heard)
        for posed, heard in replies
        if (heard.text.strip() or heard.open_thoughts)
        and any(rule.read(heard, posed) is None for rule in rules.values())
    ]


def score_reply(
    rules: Mapping[str, Rule], posed: Posed, heard: Heard, checked: str | Fault | None
) -> dict[str, Reading]:
    """Every reading of a reply; `checked` is what the checker said of it, if it was asked.

    Where it did not answer, the readings that waited for it are not there.
    """
    said = None if isinstance(checked, Fault) else checked
    readings = {name: _read(rule, posed, heard, said) for name, rule in rules.items()}
    if said is checked:
        return readings
    return {name: one for name, one in readings.items() if one.read is not None}


def list_missed(
    answers: Iterable[Mapping[str, Any]], failed: Iterable[Mapping[str, Any]]
) -> list[Mapping[str, Any]]:
    """Failed rows of asks without an answer: of others a check failed that a further reading waits for."""
    answered = {(row["sample"], row["ask"]) for row in answers}
    return [row for row in failed if (row["sample"], row["task"]) not in answered]


def _read(rule: Rule, posed: Posed, heard: Heard, checked: str | None) -> Reading:
    read = rule.read(heard, posed)
    if read is not None:
        return Reading(read=read, read_by="rule", correct=_judge(rule, read, posed))
    read = rule.read_check(checked, heard, posed) if checked is not None else None
    if read is None:
        return Reading(read=None, read_by=None, correct=None if rule.is_right is None else False)
    return Reading(read=read, read_by="checker", correct=_judge(rule, read, posed))


def _judge(rule: Rule, read: str, posed: Posed) -> bool | None:
    return None if rule.is_right is None else rule.is_right(read, posed)
