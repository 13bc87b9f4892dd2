"""SciGenBench's figures of an ImgCoder run (arXiv 2601.17027, sections 3 and 4, equation 2).

A figure that was not made counts as wrong, whatever the reason; published scripts leave such rows out,
which raises their scores.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean
from typing import Any

from irloom.engine.directory import RunDirectory
from irloom.engine.reader import iterate_rows
from irloom.engine.summary import last_commits
from irloom.errors import RunDirError
from irloom.figures import DIMENSIONS


@dataclass(slots=True)
class Score:
    """What a group of problems adds up to."""

    problems: int = 0
    drawn: int = 0
    drawn_at_once: int = 0
    failed: int = 0
    """Ended by an error, such as of the endpoint; they count as wrong until they are tried again."""
    quizzed: int = 0
    """Problems with quizzes, or which would have had some."""
    all_right: int = 0
    """Of these, all quizzes were answered from the figure."""
    all_right_open: int = 0
    """And the problem itself was solved from the figure, where it was asked."""
    quizzes: int = 0
    quizzes_right: int = 0
    marks: dict[str, list[int]] = field(default_factory=lambda: {name: [] for name in DIMENSIONS})
    checks: dict[str, list[bool]] = field(default_factory=dict)

    @property
    def r_inv(self) -> float | None:
        """Share of figures whose quizzes are all answered right; None where there were none."""
        return self.all_right / self.quizzed if self.quizzed else None

    @property
    def r_inv_open(self) -> float | None:
        """The same with the open question beside the quizzes."""
        return self.all_right_open / self.quizzed if self.quizzed else None

    @property
    def accuracy(self) -> float | None:
        """Share of quizzes that were answered right."""
        return self.quizzes_right / self.quizzes if self.quizzes else None

    def mean(self, dimension: str) -> float | None:
        """Mean mark of the figures that were judged, 0 to 2."""
        marks = self.marks[dimension]
        return fmean(marks) if marks else None

    def take(self, commit: Mapping[str, Any], row: Mapping[str, Any] | None, quizzing: bool) -> None:
        """Count one problem by its commit and, where a figure was drawn, its row."""
        self.problems += 1
        self.failed += commit["outcome"] == "failed"
        self.drawn += row is not None
        self.drawn_at_once += commit.get("first_try", 0)
        if row is None:
            given = commit.get("quizzes_given", 0) if quizzing else 0
            self.quizzed += bool(given)
            self.quizzes += given
            return
        self._take_quizzes(row)
        for name, mark in ((row["judgement"] or {}).get("scores") or {}).items():
            self.marks[name].append(mark)
        for check in row["checks"]:
            self.checks.setdefault(check["name"], []).append(check["passed"])

    def _take_quizzes(self, row: Mapping[str, Any]) -> None:
        right = [quiz["correct"] for quiz in row["quizzes"]]
        if not right:
            return
        answer = row["open_answer"]
        self.quizzed += 1
        self.quizzes += len(right)
        self.quizzes_right += sum(right)
        self.all_right += all(right)
        self.all_right_open += all(right) and (answer is None or answer["verdict"] == "correct")


@dataclass(frozen=True, slots=True)
class ScigenScores:
    """Scores of a run, over all and by group."""

    overall: Score
    subjects: Mapping[str, Score]
    types: Mapping[str, Score]


def score_run(root: Path) -> ScigenScores:
    """Score an ImgCoder run as far as it is committed; RunDirError for a run of another flow."""
    about = RunDirectory.open(root).about
    if about.get("flow") != "imgcoder":
        raise RunDirError(f"{root} is a run of the flow {about.get('flow')!r}, and no ImgCoder run.")
    quizzing = bool(about["config"].get("quizzing"))
    rows = {row["sample"]: row for row in iterate_rows(root, "figures")}
    overall, subjects, types = Score(), dict[str, Score](), dict[str, Score]()
    for sample, commit in last_commits(root).items():
        kind = commit.get("image_type") or "unknown"
        groups = (
            overall,
            subjects.setdefault(kind.partition(" - ")[0], Score()),
            types.setdefault(kind, Score()),
        )
        for group in groups:
            group.take(commit, rows.get(sample), quizzing)
    return ScigenScores(overall, dict(sorted(subjects.items())), dict(sorted(types.items())))


COLUMNS = (
    *("problems", "drawn", "at once", "failed", "R_inv", "R_inv+open", "quizzes"),
    *("C&F", "L&P", "R&O", "SP", "E&R"),
)


def tabulate(scores: ScigenScores) -> list[list[str]]:
    """One line a group: its name, then the columns; a dash where nothing was measured."""
    groups = [("all", scores.overall), *scores.subjects.items(), *scores.types.items()]
    return [[name, *_cells(score)] for name, score in groups]


def _cells(score: Score) -> list[str]:
    counts: Iterable[int] = (score.problems, score.drawn, score.drawn_at_once, score.failed)
    shares = (score.r_inv, score.r_inv_open, score.accuracy)
    marks: Sequence[float | None] = [score.mean(name) for name in DIMENSIONS]
    return [
        *(str(count) for count in counts),
        *("–" if share is None else f"{100 * share:.1f}" for share in shares),
        *("–" if mark is None else f"{mark:.2f}" for mark in marks),
    ]
