"""What IF-Bench's scores are made of: which asks of which questions were answered rightly.

A question counts by the share of its rotations that were answered rightly, and strictly only if all were
(bench_evaluate.py, merge_results.py). What failed is wrong; what was answered stands beside.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

from irloom.engine.directory import RunDirectory
from irloom.engine.reader import iterate_rows
from irloom.errors import RunDirError
from irloom.pipelines.evaluate.conditions import Conditions, read_conditions
from irloom.pipelines.evaluate.ifbench.asks import rotate_letter
from irloom.pipelines.evaluate.ifbench.config import LANGUAGES, VARIANTS
from irloom.pipelines.evaluate.ifbench.dimensions import DIMENSIONS

Cell = tuple[str, str]
"""Variant and language."""
Ask = tuple[str, str, int]
"""Variant, language and rotation."""


@dataclass(slots=True)
class Asked:
    """The asks of one question in one variant and language."""

    right: list[float | None]
    """Whether right, by rotation; None for one that failed."""
    chosen: list[str | None] = field(default_factory=list)
    """The original letters of the options that were chosen, in the order of the rows."""

    @property
    def score(self) -> float:
        """Share of the rotations, 0..1; failed ones are wrong."""
        return sum(one or 0.0 for one in self.right) / len(self.right)

    @property
    def strict(self) -> float:
        """1 if all rotations are right, else 0."""
        return float(all(one == 1 for one in self.right))

    @property
    def answered(self) -> float | None:
        """Share of those that were answered; None where none was."""
        known = [one for one in self.right if one is not None]
        return sum(known) / len(known) if known else None


@dataclass(slots=True)
class Counts:
    """What befell the asks of one variant."""

    asks: int = 0
    failed: int = 0
    unread: int = 0
    empty: int = 0
    cut: int = 0
    by_checker: int = 0
    letters: dict[str, int] = field(default_factory=lambda: dict.fromkeys("ABCD", 0))
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost_usd: float = 0.0

    def take(self, row: Mapping[str, Any], reading: Mapping[str, Any]) -> None:
        """Count one answer."""
        self.asks += 1
        self.unread += reading["read"] is None
        self.empty += not row["reply"].strip()
        self.cut += row["cut"]
        self.by_checker += reading["read_by"] == "checker"
        if reading["read"] in self.letters:
            self.letters[reading["read"]] += 1
        for name in ("prompt_tokens", "completion_tokens", "cost_usd"):
            setattr(self, name, getattr(self, name) + row["usage"].get(name, 0))


@dataclass(slots=True)
class Results:
    """One run, or one rule that guesses, on a set of questions."""

    name: str
    model: str
    reading: str
    rotations: int
    dimensions: dict[str, str]
    """Of each question, by its id."""
    cells: dict[Cell, dict[str, Asked]]
    """By variant and language, then by question."""
    counts: dict[str, Counts] = field(default_factory=dict)
    """By variant."""
    about: Mapping[str, Any] = field(default_factory=dict)
    """How it was asked."""
    waiting: int = 0
    """Questions that lack asks which were added later: in no score until a resume has asked these."""
    wanted: dict[str, Any] = field(default_factory=dict)
    """Of each question its words, options and right answer: runs are paired where these are the same."""
    conditions: Conditions = field(default_factory=dict)
    """How it asked, which runs that are compared may differ in."""

    @property
    def variants(self) -> list[str]:
        """Those that were asked, in one order."""
        return [name for name in VARIANTS if any(variant == name for variant, _ in self.cells)]

    @property
    def languages(self) -> list[str]:
        """Those that were asked, in one order."""
        return [name for name in LANGUAGES if any(language == name for _, language in self.cells)]

    def list_questions(self) -> dict[str, list[str]]:
        """The ids of the questions of each dimension that has any."""
        found: dict[str, list[str]] = {name: [] for name in DIMENSIONS}
        for sample, dimension in self.dimensions.items():
            found[dimension].append(sample)
        return {name: sorted(samples) for name, samples in found.items() if samples}


def find_common(first: Results, other: Results) -> tuple[set[str], int]:
    """The questions that are the same in the languages of both; and how many ids are of unlike ones."""
    languages = set(first.languages) & set(other.languages)
    shared = set(first.dimensions) & set(other.dimensions)
    alike = {one for one in shared if _describe(first, one, languages) == _describe(other, one, languages)}
    return alike, len(shared) - len(alike)


def _describe(results: Results, sample: str, languages: set[str]) -> Any:
    words = results.wanted.get(sample, {})
    return results.dimensions[sample], [words.get(language) for language in sorted(languages)]


def _list_wanted(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """By question, then by language."""
    wanted: dict[str, Any] = {}
    for row in rows:
        asked = (row["question"], row["options"], row["answer"])
        wanted.setdefault(row["sample"], {})[row["language"]] = asked
    return wanted


def read_run(root: Path, reading: str | None = None) -> Results:
    """A run as far as it is committed, by its own reading or another; RunDirError for another flow's."""
    about = RunDirectory.open(root).about
    if about.get("flow") != "ifbench":
        raise RunDirError(f"{root} is a run of the flow {about.get('flow')!r}, and no IF-Bench run.")
    config = about["config"]
    shown = reading or config["reading"]
    questions = list(iterate_rows(root, "questions"))
    answers, failed = list(iterate_rows(root, "answers")), list(iterate_rows(root, "failed"))
    ended = _list_ended([*answers, *failed])
    asked = _choose_asked(config, ended)
    waiting = {sample for sample, asks in ended.items() if not asked <= asks}
    scored = [row for row in questions if row["sample"] not in waiting]
    cells = [cell for cell in product(VARIANTS, LANGUAGES) if (*cell, 0) in asked]
    results = Results(
        name=root.name,
        model="",
        reading=shown,
        rotations=max(rotation for _, _, rotation in asked) + 1,
        dimensions={row["sample"]: row["dimension"] for row in scored},
        cells={cell: {} for cell in cells},
        counts={variant: Counts() for variant, _ in cells},
        about={name: config[name] for name in ("prompt", "decoding", "protocol", "visible_seed")}
        | {"in_file": about["source"].get("questions", 0)},
        waiting=len(waiting),
        wanted=_list_wanted(scored),
        conditions=read_conditions(about),
    )
    models = set[str]()
    for row in answers:
        if row["sample"] in results.dimensions and _name_ask(row) in asked:
            models.add(row["models"]["answerer"])
            if shown in row["readings"]:  # else the check that it waits for failed
                _take(results, row, row["readings"][shown])
    results.model = ", ".join(sorted(models)) or f"{_name_answerer(config)}, which never answered"
    _complete(results)
    return results


def _name_answerer(config: Mapping[str, Any]) -> str:
    """The model that was to answer, by a run's configuration."""
    chat = config["roles"].get("answerer", config["chat"])
    return str(chat.get("model") or chat["kind"])


def _name_ask(row: Mapping[str, Any]) -> Ask:
    return row["variant"], row["language"], row["rotation"]


def _list_ended(rows: Sequence[Mapping[str, Any]]) -> dict[str, set[Ask]]:
    """By question the asks that came to an end; a question that failed as a whole is not among them."""
    ended: dict[str, set[Ask]] = {}
    for row in rows:
        if row["variant"] is not None:
            ended.setdefault(row["sample"], set()).add(_name_ask(row))
    return ended


def _choose_asked(config: Mapping[str, Any], ended: Mapping[str, set[Ask]]) -> set[Ask]:
    """The asks that scores are made of: all that the run is to make, where some question has them all.

    Until then, as after a change that nothing was asked under yet, those that every question has.
    """
    whole = set(product(config["variants"], config["languages"], range(config["rotations"])))
    if not ended or any(whole <= asks for asks in ended.values()):
        return whole
    return set.intersection(*ended.values()) or whole


def _take(results: Results, row: Mapping[str, Any], reading: Mapping[str, Any]) -> None:
    asked = _find(results, (row["variant"], row["language"]), row["sample"])
    asked.right[row["rotation"]] = float(reading["correct"])
    letter = reading["read"]
    asked.chosen.append(None if letter is None else rotate_letter(letter, -row["rotation"]))
    results.counts[row["variant"]].take(row, reading)


def _find(results: Results, cell: Cell, sample: str) -> Asked:
    return results.cells[cell].setdefault(sample, Asked([None] * results.rotations))


def _complete(results: Results) -> None:
    """What has no row failed: it is there, and wrong."""
    for cell in results.cells:
        for sample in results.dimensions:
            asked = _find(results, cell, sample)
            results.counts[cell[0]].failed += sum(one is None for one in asked.right)
