"""Puts what was measured into words, as drafts, and counts what could not be asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from irloom.question_sets.builder import Drafted
from irloom.question_sets.draws import pick
from irloom.question_sets.ledger import Ledger
from irloom.question_sets.record import AnswerKind, Draft
from irloom.question_sets.thermometry.looks import Showing
from irloom.question_sets.thermometry.phrasings import Phrasings
from irloom.question_sets.thermometry.places import Place
from irloom.question_sets.thermometry.settings import Task
from irloom.shots import Mark, Shot

WITHIN_K = 1.0
"""How far a temperature may be off."""
FINEST_K = 0.5
"""A colour that stands for more hides what is asked."""


@dataclass(frozen=True)
class Asked:
    """What is asked and what is right; words come after."""

    task: Task
    kind: AnswerKind
    answer: str
    slots: Mapping[str, object] = field(default_factory=dict)
    marks: tuple[Mark, ...] = ()
    choices: tuple[str, ...] = ()
    within: float = 0.0
    which: str = ""
    """Tells questions of one task and rendering apart."""
    strict: bool = False
    """Whether those are right only together."""
    truth: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Desk:
    """What every task needs to draft its questions."""

    seed: int
    phrasings: Phrasings
    ledger: Ledger
    thing: str
    """What masks show."""

    def word(self, shown: Showing, asked: Asked) -> Drafted:
        """The draft, in words that its task and file draw."""
        unit = f"{asked.task}-{shown.frame.name}-{shown.number}"
        # Questions that count only together differ in nothing but what is marked.
        phrasing, words = self.phrasings.choose(asked.task, self.seed, unit)
        truth = {"rendered": shown.rendered.model_dump(mode="json"), **asked.truth}
        if asked.kind in {"temperature", "yes_no"} and shown.purpose == "reading":
            truth["scale"] = (shown.rendered.ticks_c[0], shown.rendered.ticks_c[-1])
        draft = Draft(
            id=f"{unit}{asked.which}",
            task=asked.task,
            kind=asked.kind,
            sequence=shown.frame.sequence,
            images=(Shot(name=shown.name, marks=asked.marks),),
            question=words.format(**asked.slots),
            choices=asked.choices,
            answer=asked.answer,
            within=asked.within,
            phrasing=phrasing,
            strict_group=unit if asked.strict else None,
            source=shown.frame.name,
            truth=truth,
        )
        return Drafted(draft, {shown.name: shown.picture})

    def key(self, shown: Showing, task: Task) -> tuple[object, ...]:
        """What draws of a task about a rendering are named after."""
        return (task, shown.frame.name, shown.number)

    def pick(self, options: Sequence[Any], *names: object) -> Any:
        """One of some options."""
        return pick(options, self.seed, *names)

    def leave_out(self, shown: Showing, task: Task, why: str) -> None:
        """Count a question that this file cannot be asked."""
        self.ledger.remark(f"{task} left out: {why}", shown.frame.name)

    def can_read(self, shown: Showing, task: Task) -> bool:
        """Whether a kelvin can be seen at the bar; counted where it cannot."""
        if shown.step_k <= FINEST_K:
            return True
        self.leave_out(shown, task, f"one colour stands for more than {FINEST_K:g} K")
        return False


def ring(shown: Showing, place: Place, label: str = "") -> Mark:
    """A ring around a place."""
    return Mark(point=shown.locate(place), label=label)


def tell_place(place: Place) -> dict[str, Any]:
    """A place for the truth of a question."""
    return {"column": place.column, "row": place.row, "celsius": round(place.celsius, 3)}


def write(celsius: float) -> str:
    """A temperature or a difference, with a decimal and no negative zero."""
    return f"{round(celsius, 1) + 0.0:.1f}"
