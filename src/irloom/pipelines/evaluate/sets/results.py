"""What the scores of a question set are made of: each question with what was read of its reply."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from irloom.engine.directory import RunDirectory
from irloom.engine.reader import iterate_rows
from irloom.errors import RunDirError
from irloom.pipelines.evaluate.conditions import Conditions, read_conditions

FLOWS = ("template", "thermometry", "thermeval")
NUMERIC = frozenset({"number", "temperature", "difference"})
"""Kinds whose answers are numbers, of which an error can be told."""
KELVIN = frozenset({"temperature", "difference"})


@dataclass(frozen=True, slots=True)
class Scored:
    """One question with its reply."""

    sample: str
    task: str
    kind: str
    cluster: str
    """Questions of one cluster depend on each other: a film, or an image with its twins."""
    strict_group: str | None
    question: str
    options: Mapping[str, str]
    right: str
    within: float
    guesses: Mapping[str, Mapping[str, Any]]
    """By rule: `right` in 0..1 and, of numbers, `error`."""
    truth: Mapping[str, Any]
    reply: str | None
    """None where the ask failed."""
    read: str | None
    is_right: bool
    is_cut: bool = False

    @property
    def error(self) -> float | None:
        """How far off the reply is; None where no number was read, or none is asked."""
        if self.read is None or self.kind not in NUMERIC:
            return None
        return abs(float(self.read) - float(self.right))

    @property
    def asked(self) -> Mapping[str, Any]:
        """What two runs must have alike under one id, or they were asked different questions."""
        names = ("task", "kind", "question", "options", "right", "within", "truth")
        return {name: getattr(self, name) for name in names}


@dataclass(slots=True)
class Results:
    """One run on a question set."""

    name: str
    model: str
    flow: str
    about: Mapping[str, Any]
    """How it was asked: part, decoding, and how many questions the set has in that part."""
    scored: list[Scored] = field(default_factory=list)
    met: tuple[str, ...] = ()
    """Parts that the model was trained on."""
    cost_usd: float = 0.0
    conditions: Conditions = field(default_factory=dict)
    """How it asked, which runs that are compared may differ in."""

    def list_tasks(self) -> dict[str, list[Scored]]:
        """The questions of each task, in the order of the run."""
        tasks: dict[str, list[Scored]] = {}
        for one in self.scored:
            tasks.setdefault(one.task, []).append(one)
        return tasks


def read_run(root: Path) -> Results:
    """A run as far as it is committed. RunDirError for one of another flow, or without a question."""
    about = RunDirectory.open(root).about
    if (flow := about.get("flow")) not in FLOWS:
        raise RunDirError(f"{root} is a run of the flow {flow!r}, and asks no question set.")
    config = about["config"]
    answers = {row["sample"]: row for row in iterate_rows(root, "answers")}
    asked = list(iterate_rows(root, "questions"))
    scored = [_score(row, answers.get(row["sample"])) for row in asked]
    if not scored:
        raise RunDirError(f"{root}: no question is committed yet.")
    models = sorted({row["models"]["answerer"] for row in answers.values()})
    return Results(
        name=root.name,
        model=", ".join(models) or "a model that never answered",
        flow=str(flow),
        about={
            **{name: config[name] for name in ("part", "decoding", "trained_on")},
            "in_file": about["source"].get("questions", 0),
        },
        scored=scored,
        met=tuple(sorted({row["part"] for row in asked if row["met"]})),
        conditions=read_conditions(about),
        cost_usd=sum(row["usage"].get("cost_usd", 0.0) for row in answers.values()),
    )


def _score(row: Mapping[str, Any], answer: Mapping[str, Any] | None) -> Scored:
    return Scored(
        sample=row["sample"],
        task=row["dimension"],
        kind=row["kind"],
        cluster=row["cluster"],
        strict_group=row["strict_group"],
        question=row["question"],
        options=row["options"],
        right=row["answer"],
        within=row["within"],
        guesses=row["guesses"],
        truth=row["truth"],
        reply=answer["reply"] if answer is not None else None,
        read=answer["read"] if answer is not None else None,
        is_right=answer is not None and bool(answer["correct"]),
        is_cut=answer is not None and answer["cut"],
    )


def find_common(first: Results, other: Results) -> tuple[list[str], int]:
    """The ids of the questions of both, in their order; and how many ids both have for unlike questions."""
    known = {one.sample: one.asked for one in other.scored}
    shared = [one for one in first.scored if one.sample in known]
    alike = sorted(one.sample for one in shared if one.asked == known[one.sample])
    return alike, len(shared) - len(alike)


def restrict(results: Results, samples: Sequence[str]) -> Results:
    """The same run on some of its questions, in the order of their ids."""
    known = {one.sample: one for one in results.scored}
    scored = [known[name] for name in sorted(samples)]
    return replace(results, scored=scored)
