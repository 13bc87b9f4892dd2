"""SciGenBench's figures of an ImgCoder run (arXiv 2601.17027, sections 3 and 4, equation 2).

What is missing is wrong, whatever the reason: a figure that was not made has all its quizzes wrong and the
mark 0 in every dimension, and so has a quiz, an answer or a mark that was lost to an error. Published scripts
leave such rows out, which raises their scores; what was answered alone stands beside, with its number.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from irloom.engine.directory import RunDirectory
from irloom.engine.reader import iterate_rows
from irloom.engine.summary import last_commits
from irloom.errors import RunDirError
from irloom.figures import DIMENSIONS
from irloom.pipelines.imgcoder.counted import Counted, count_problem


@dataclass(slots=True)
class Score:
    """What a group of problems adds up to."""

    problems: int = 0
    drawn: int = 0
    drawn_at_once: int = 0
    failed: int = 0
    """Ended by an error, such as of the endpoint; what it took counts as wrong until it is tried again."""
    quizzed: int = 0
    """Problems with quizzes, or which would have had some."""
    whole: int = 0
    """Of these, every quiz was answered from the figure."""
    all_right: int = 0
    """And rightly."""
    all_right_open: int = 0
    """And the problem itself was solved from the figure, where there was something to ask."""
    whole_open: int = 0
    """Of the whole ones, the open question was not lost to an error."""
    opens: int = 0
    """Problems that were drawn and had an open question."""
    opens_answered: int = 0
    opens_right: int = 0
    quizzes: int = 0
    quizzes_answered: int = 0
    quizzes_right: int = 0
    unwritten: int = 0
    """Problems whose quizzes were never written: wrong in R_inv, but of nobody knows how many quizzes."""
    unquizzed: int = 0
    """Figures of which no quiz was left to ask: they are in no share of quizzes."""
    to_judge: int = 0
    """Problems whose figure was to be judged: all of a run with a judge."""
    marks: dict[str, list[int]] = field(default_factory=lambda: {name: [] for name in DIMENSIONS})
    """Those that the judge gave."""
    checks: dict[str, list[bool]] = field(default_factory=dict)
    """Of the figures that were drawn."""

    @property
    def r_inv(self) -> float | None:
        """Share of problems whose quizzes are all answered right; None where there were none."""
        return _share(self.all_right, self.quizzed)

    @property
    def r_inv_open(self) -> float | None:
        """The same with the open question beside the quizzes."""
        return _share(self.all_right_open, self.quizzed)

    @property
    def accuracy(self) -> float | None:
        """Share of quizzes that were answered right."""
        return _share(self.quizzes_right, self.quizzes)

    @property
    def judged(self) -> int:
        """Figures that have marks."""
        return max(map(len, self.marks.values()))

    def mean(self, dimension: str) -> float | None:
        """Mean mark of all problems, 0 to 2, where what has none counts as 0; None without a judge."""
        return _share(sum(self.marks[dimension]), self.to_judge)

    def mean_judged(self, dimension: str) -> float | None:
        """The same of the figures that have a mark."""
        return _share(sum(self.marks[dimension]), len(self.marks[dimension]))

    def take(self, one: Counted, quizzing: bool, judging: bool) -> None:
        """Count one problem of a run that quizzes and judges, or not."""
        self.problems += 1
        self.failed += one.has_failed
        self.drawn += one.is_drawn
        self.drawn_at_once += one.is_drawn_at_once
        self.to_judge += judging or one.marks is not None
        for name, mark in (one.marks or {}).items():
            self.marks[name].append(mark)
        for name, passed in one.checks.items():
            self.checks.setdefault(name, []).append(passed)
        self._take_quizzes(one)
        self.unquizzed += quizzing and not one.is_quizzed

    def _take_quizzes(self, one: Counted) -> None:
        self.quizzed += one.is_quizzed
        self.unwritten += one.is_quizzed and not one.quizzes
        self.quizzes += one.quizzes
        self.quizzes_answered += one.answered
        self.quizzes_right += one.right
        self.whole += one.is_whole
        self.whole_open += one.is_whole and one.solved != "lost"
        self.all_right += one.is_all_right
        self.all_right_open += one.is_all_right and one.solved in {None, "right"}
        self.opens += one.solved is not None
        self.opens_answered += one.solved in {"right", "wrong"}
        self.opens_right += one.solved == "right"


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


@dataclass(frozen=True, slots=True)
class ScigenScores:
    """Scores of a run, over all and by group."""

    overall: Score
    subjects: Mapping[str, Score]
    types: Mapping[str, Score]
    undone: int = 0
    """Problems of the file that the run has not come to the end of: they are in no figure."""
    notes: Mapping[str, int] = field(default_factory=dict)
    """What readers of the problems had to leave out, such as `quiz_unusable`."""


def score_run(root: Path) -> ScigenScores:
    """Score an ImgCoder run as far as it is committed; RunDirError for a run of another flow."""
    about = RunDirectory.open(root).about
    if about.get("flow") != "imgcoder":
        raise RunDirError(f"{root} is a run of the flow {about.get('flow')!r}, and no ImgCoder run.")
    config = about["config"]
    quizzing, judging = bool(config.get("quizzing")), bool(config.get("judging"))
    rows = {row["sample"]: row for row in iterate_rows(root, "figures")}
    overall, subjects, types = Score(), dict[str, Score](), dict[str, Score]()
    notes = dict[str, int]()
    for sample, commit in last_commits(root).items():
        kind = commit.get("image_type") or "unknown"
        groups = (
            overall,
            subjects.setdefault(kind.partition(" - ")[0], Score()),
            types.setdefault(kind, Score()),
        )
        counted = count_problem(commit, rows.get(sample), quizzing)
        for group in groups:
            group.take(counted, quizzing, judging)
        for name, number in commit.get("notes", {}).items():
            notes[name] = notes.get(name, 0) + number
    return ScigenScores(
        overall,
        dict(sorted(subjects.items())),
        dict(sorted(types.items())),
        max(0, about.get("source", {}).get("problems", 0) - overall.problems),
        notes,
    )


def as_json(scores: ScigenScores) -> dict[str, Any]:
    """Everything for programs: what was counted, and the shares and means that follow from it."""
    found = asdict(scores)
    found["overall"] |= _list_figures(scores.overall)
    for kind, groups in (("subjects", scores.subjects), ("types", scores.types)):
        for name, score in groups.items():
            found[kind][name] |= _list_figures(score)
    return found


def _list_figures(score: Score) -> dict[str, Any]:
    return {
        "r_inv": score.r_inv,
        "r_inv_open": score.r_inv_open,
        "accuracy": score.accuracy,
        "means": {name: score.mean(name) for name in DIMENSIONS},
        "judged": score.judged,
        "means_judged": {name: score.mean_judged(name) for name in DIMENSIONS},
    }
