"""Gathers from the sets what each task can ask, with why the rest cannot be asked about."""

import random
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from irloom.question_sets.template.absence import Absence
from irloom.question_sets.template.forms import Candidate, Form, Sketch, rank
from irloom.question_sets.template.number import Number
from irloom.question_sets.template.quality import Sample
from irloom.question_sets.template.recognition import Recognition, Scene
from irloom.question_sets.template.relation import Relation
from irloom.question_sets.template.tasks import Task, TaskBook
from irloom.question_sets.template.told import Told, Unusable

MORE_OF_SEQUENCE = "more of one sequence than the task takes"


@dataclass(slots=True)
class Case:
    """Why pictures are not asked about, how many, and the first by name."""

    count: int
    first: str


class LeftOut:
    """What one set holds that a task does not ask about, by reason."""

    def __init__(self) -> None:
        self._cases: dict[str, Case] = {}

    def add(self, reason: str, image: str) -> None:
        """Count a picture."""
        case = self._cases.setdefault(reason, Case(0, image))
        case.count += 1
        case.first = min(case.first, image)

    def list_cases(self) -> list[tuple[str, Case]]:
        """The frequent reasons first."""
        return sorted(self._cases.items(), key=lambda item: (-item[1].count, item[0]))


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
    """Candidates of one set for all the tasks that ask it."""

    def __init__(self, source: str, book: TaskBook, forms: Mapping[str, Form[Any]], seed: int) -> None:
        self.source = source
        self.sample = Sample(seed, source)
        self._labels: set[str] = set()
        self._places: set[str] = set()
        self._book = book
        self._forms = forms
        self._seed = seed
        self._tasks = [task for task in book.tasks if source in task.sets]
        self._kept: dict[str, dict[str, list[Candidate[Any]]]] = {
            task.name: defaultdict(list) for task in self._tasks
        }
        self._left_out = {task.name: LeftOut() for task in self._tasks}

    def take(self, images: Iterable[Told | Unusable]) -> None:
        """Look at every image once."""
        for image in images:
            self._note(image)
            for task in self._tasks:
                self._look(image, task)

    def choose(self, task: Task, most: int | None) -> tuple[Sketch, ...]:
        """What is asked of this set for a task, of `most` pictures at most, in an order that is drawn."""
        found = [candidate for some in self._kept[task.name].values() for candidate in some]
        ordered = sorted(found, key=lambda candidate: self._rank(task, candidate))
        for candidate in ordered[most:] if most is not None else ():
            self._left_out[task.name].add("more than asked for", candidate.picture.id)
        draw = random.Random(f"{self._seed}/{task.name}/{self.source}")
        chosen = self._forms[task.form].choose(ordered[:most], task, self._book, draw)
        for reason, picture in chosen.left_out:
            self._left_out[task.name].add(reason, picture.id)
        return chosen.sketches

    def list_left_out(self, task: Task) -> list[tuple[str, Case]]:
        """Why images of this set are not asked about, the frequent reasons first."""
        return self._left_out[task.name].list_cases()

    @property
    def kinds(self) -> int:
        """How many labels boxes bear; of a set without boxes how many kinds of place it names."""
        return len(self._labels or self._places)

    def _note(self, image: Told | Unusable) -> None:
        if isinstance(image, Told):
            self.sample.add(image.picture.id)
            self._labels.update(box.label for box in image.boxes)
            self._labels.update(image.counts)
            self._places.update(
                place for task in self._tasks if (place := image.scene.get(task.scene_key)) is not None
            )

    def _look(self, image: Told | Unusable, task: Task) -> None:
        if isinstance(image, Unusable):
            self._left_out[task.name].add(image.doubt, image.id)
            return
        found = self._forms[task.form].find(image, task, self._book)
        if isinstance(found, str):
            self._left_out[task.name].add(found, image.picture.id)
            return
        kept = self._kept[task.name][image.picture.group]
        kept.append(Candidate(image.picture, found))
        if task.per_sequence is not None and len(kept) > task.per_sequence:
            self._drop_one(kept, task)

    def _drop_one(self, kept: list[Candidate[Any]], task: Task) -> None:
        """Leave those images of a sequence that the seed draws, whatever their order."""
        dropped = max(kept, key=lambda candidate: self._rank(task, candidate))
        kept.remove(dropped)
        self._left_out[task.name].add(MORE_OF_SEQUENCE, dropped.picture.id)

    def _rank(self, task: Task, candidate: Candidate[Any]) -> bytes:
        return rank(str(self._seed), task.name, *candidate.picture.key)
