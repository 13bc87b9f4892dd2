"""The view of an infrared sample: its captions with candidates, and its debates round by round."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from irloom.agents.replies import find_json
from irloom.records import TASKS
from irloom.web.differences import Piece, compare_words

Line = Mapping[str, Any]


@dataclass(frozen=True)
class CandidateGroup:
    """Equal candidates of a caption."""

    text: str
    origin: str
    times: int
    score: float | None
    breaks: Sequence[str]
    chosen: bool


@dataclass(frozen=True)
class CaptionView:
    """A caption, and what was made of it."""

    number: int
    original: str
    candidates: Sequence[CandidateGroup]


@dataclass(frozen=True)
class RoundView:
    """One write-and-judge exchange; `pieces` marks what changed since the round before."""

    number: int
    pieces: Sequence[Piece]
    verdict: str = ""
    category: str = ""
    reason: str = ""
    rule: str = ""
    errors: Sequence[str] = field(default_factory=list)


@dataclass(frozen=True)
class Debate:
    """A task with its rounds."""

    task: str
    outcome: str
    rounds: Sequence[RoundView]
    final: str
    """The instruction of the last round."""


def view_captions(pairs: Iterable[Line]) -> list[CaptionView]:
    """The captions of a sample."""
    return [
        CaptionView(pair["caption_index"] + 1, pair["original"], _group_candidates(pair)) for pair in pairs
    ]


def view_debates(
    verdicts: Mapping[str, str], rows: Mapping[str, Sequence[Line]], turns: Sequence[Line]
) -> list[Debate]:
    """The debates of a sample, in the order of the tasks."""
    said = {
        row["task"]: {one["round"]: one for one in row["rounds"]}
        for name in ("instructions", "rejected")
        for row in rows.get(name, ())
    }
    used = [turn for turn in turns if not turn.get("unused")]
    return [
        _view_debate(
            task, verdicts[task], said.get(task, {}), [turn for turn in used if turn["task"] == task]
        )
        for task in TASKS
        if task in verdicts
    ]


def _group_candidates(pair: Line) -> list[CandidateGroup]:
    groups: dict[tuple[str, str], list[Line]] = {}
    for candidate in pair["candidates"]:
        groups.setdefault((candidate["text"], candidate["origin"]), []).append(candidate)
    found = [
        CandidateGroup(
            text=text,
            origin=origin,
            times=len(alike),
            score=alike[0]["score"],
            breaks=alike[0]["breaks"],
            chosen=text == pair["caption"] and origin == pair["chosen"],
        )
        for (text, origin), alike in groups.items()
    ]
    return sorted(found, key=lambda one: -(one.score or 0.0))


def _view_debate(task: str, outcome: str, said: Mapping[int, Line], turns: Sequence[Line]) -> Debate:
    rounds: list[RoundView] = []
    before = ""
    for number in sorted({turn["round"] for turn in turns if turn["round"] is not None}):
        these = [turn for turn in turns if turn["round"] == number]
        text = _find_written(these)
        rounds.append(_view_round(number, compare_words(before, text), said.get(number), these))
        before = text or before
    return Debate(task, outcome.partition(" ")[0], rounds, before)


def _view_round(number: int, pieces: Sequence[Piece], row: Line | None, turns: Sequence[Line]) -> RoundView:
    errors = [f"{turn['node']}: {turn['error']}: {turn['message']}" for turn in turns if "error" in turn]
    if row is None:
        row = next(
            (_read_verdict(turn) for turn in turns if turn["stage"] == "judge" and "reply" in turn), {}
        )
    return RoundView(
        number,
        pieces,
        verdict=row.get("verdict") or "",
        category=row.get("category") or "",
        reason=row.get("reason") or "",
        rule=row.get("rule") or "",
        errors=errors,
    )


def _find_written(turns: Sequence[Line]) -> str:
    """The instruction as it was judged; as it was written where nobody judged it."""
    asked = [turn for turn in turns if turn["stage"] == "judge" and not turn["repair"]]
    judged = [turn["fields"]["instruction"] for turn in asked]
    replies = [turn["reply"][0] for turn in turns if turn["stage"] == "write" and turn.get("reply")]
    return str((judged or replies[-1:] or [""])[0])


def _read_verdict(turn: Line) -> Line:
    """What a judge of a task without a row said: a failed one has none."""
    reply = turn["reply"][0]
    found = find_json(reply)
    return found if found is not None and "verdict" in found else {"reason": reply}
