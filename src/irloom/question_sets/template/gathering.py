"""Gathers from the sets what each task can ask, with why the rest cannot be asked about."""

import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from irloom.question_sets.template.absence import Absence
from irloom.question_sets.template.forms import Candidate, Chosen, Form, rank
from irloom.question_sets.template.number import Number
from irloom.question_sets.template.recognition import Recognition, Scene
from irloom.question_sets.template.relation import Relation
from irloom.question_sets.template.tasks import Task, TaskBook
from irloom.question_sets.template.told import Told, Unusable

MORE_OF_SEQUENCE = "more of one sequence than the task takes"


@dataclass(slots=True)
class Gathered:
    """What one set holds for one task."""

    candidates: list[Candidate[Any]] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    first: dict[str, str] = field(default_factory=dict)
    """For each reason the first image by name."""

    def leave_out(self, reason: str, image: str) -> None:
        """Count a picture that is not asked about."""
        self.left_out[reason] += 1
        self.first[reason] = min(image, self.first.get(reason, image))


def build_forms(count_choices: bool) -> Mapping[str, Form[Any]]:
    """The forms by name."""
    return {
        "relation": Relation(),
        "count": Number(count_choices),
        "recognition": Recognition(),
        "scene": Scene(),
        "absence": Absence(),
    }


class Gathering:
    """Candidates of one set for all the tasks that ask it, in flat memory a sequence."""

    def __init__(self, source: str, book: TaskBook, forms: Mapping[str, Form[Any]], seed: int) -> None:
        self._source = source
        self._book = book
        self._forms = forms
        self._seed = seed
        self._tasks = [task for task in book.tasks if source in task.sets]
        self._gathered = {task.name: Gathered() for task in self._tasks}
        self._sequences: dict[tuple[str, str], list[Candidate[Any]]] = defaultdict(list)

    def take(self, images: Iterable[Told | Unusable]) -> None:
        """Look at every image once."""
        for image in images:
            for task in self._tasks:
                self._look(image, task)

    def choose(self, task: Task, most: int | None) -> Chosen:
        """What is asked of this set for a task, of `most` pictures at most, in an order that the seed decides."""
        gathered = self._gathered[task.name]
        kept = [one for (name, _), some in self._sequences.items() if name == task.name for one in some]
        candidates = sorted([*gathered.candidates, *kept], key=lambda one: self._rank(task, one))
        draw = random.Random(f"{self._seed}/{task.name}/{self._source}")
        chosen = self._forms[task.form].choose(candidates[:most], task, self._book, draw)
        return chosen

    def list_left_out(self, task: Task) -> Gathered:
        """What a task cannot ask about the images of this set."""
        return self._gathered[task.name]

    def _look(self, image: Told | Unusable, task: Task) -> None:
        gathered = self._gathered[task.name]
        if isinstance(image, Unusable):
            gathered.leave_out(image.doubt, image.id)
            return
        found = self._forms[task.form].find(image, task, self._book)
        if isinstance(found, str):
            gathered.leave_out(found, image.picture.id)
        elif task.per_sequence is None:
            gathered.candidates.append(Candidate(image.picture, found))
        else:
            self._keep_some(Candidate(image.picture, found), task, task.per_sequence)

    def _keep_some(self, candidate: Candidate[Any], task: Task, most: int) -> None:
        """Keep those images of a sequence that the seed draws, whatever their order."""
        kept = self._sequences[task.name, candidate.picture.group]
        kept.append(candidate)
        if len(kept) > most:
            dropped = max(kept, key=lambda one: self._rank(task, one))
            kept.remove(dropped)
            self._gathered[task.name].leave_out(MORE_OF_SEQUENCE, dropped.picture.id)

    def _rank(self, task: Task, candidate: Candidate[Any]) -> bytes:
        return rank(str(self._seed), task.name, *candidate.picture.key)
