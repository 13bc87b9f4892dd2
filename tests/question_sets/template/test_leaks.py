"""Words alone do not tell the answers, however uneven the sets are."""

import random
from collections.abc import Iterator, Mapping

import pytest

from irloom.question_sets.balance import deal_letters, drop_surplus
from irloom.question_sets.draws import draw, pick
from irloom.question_sets.guesses import guess_each
from irloom.question_sets.leaks import find_leak
from irloom.question_sets.record import Draft, Part, Question
from irloom.question_sets.template.forms import Sketch
from irloom.question_sets.template.gathering import Gathering, build_forms
from irloom.question_sets.template.tasks import Task, read_tasks
from irloom.question_sets.template.told import Told
from irloom.shots import Shot
from support.told_images import box, told

BOOK = read_tasks()
STREET = {
    **{"person": 0.75, "car": 0.88, "light": 0.45, "sign": 0.5, "bike": 0.3, "bus": 0.15},
    **{"motor": 0.08, "truck": 0.07, "hydrant": 0.08, "dog": 0.01},
}
"""How often FLIR's classes are in a picture, roughly."""
HEIGHTS = {"light": 0.2, "sign": 0.3}
FOLLOWED = {
    **{"person": 28, "car": 15, "deer": 6, "fox": 7, "dog": 8, "bird": 6, "boat": 5, "bus": 3},
    **{"truck": 5, "cat": 4, "helicopter": 3},
}


def streets(number: int, random_: random.Random) -> Iterator[Told]:
    """Lights and signs hang high, and cars are nearly everywhere."""
    for place in range(number):
        boxes = [
            box(
                label,
                random_.uniform(0.06, 0.94),
                min(0.94, max(0.06, random_.gauss(HEIGHTS.get(label, 0.55), 0.15))),
                0.06,
            )
            for label, share in STREET.items()
            if random_.random() < share
            for _ in range(1 if random_.random() < 0.6 else 3)
        ]
        yield told(*boxes, name=f"{place}", classes=frozenset(STREET))


def followed(number: int, random_: random.Random) -> Iterator[Told]:
    labels = random_.choices(list(FOLLOWED), list(FOLLOWED.values()), k=number)
    for place, label in enumerate(labels):
        yield told(box(label, 0.5, 0.5), name=f"{place}", source="lsotb", classes=frozenset())


def places(number: int, random_: random.Random) -> Iterator[Told]:
    kinds = ("country", "field", "forest", "indoor", "mountain", "oldbuilding", "street", "urban", "water")
    for place in range(number):
        scene = {"place": random_.choice(kinds)}
        yield told(name=f"{place}", source="rgbnir", classes=frozenset(), scene=scene)


def crowds(number: int, random_: random.Random) -> Iterator[Told]:
    for place in range(number):
        people = [box("person", 0.5, 0.5)] * max(1, round(random_.gauss(2.5, 1.7)))
        yield told(*people, name=f"{place}", source="llvip", classes=frozenset({"person"}))


def roads(number: int, random_: random.Random) -> Iterator[Told]:
    """Many cars, and now and then a bus, mostly one."""
    for place in range(number):
        boxes = [box("car", 0.5, 0.5)] * round(random_.lognormvariate(1.4, 0.8))
        boxes += [box("bus", 0.5, 0.5)] * (random_.random() < 0.4) * random_.choice((1, 1, 1, 2))
        yield told(*boxes, name=f"{place}", source="dronevehicle", classes=frozenset({"car", "bus", "van"}))


MADE = {"flir": streets, "lsotb": followed, "rgbnir": places, "llvip": crowds, "dronevehicle": roads}


def word(sketch: Sketch, task: Task) -> Draft:
    """As a build does it, without a picture."""
    name = f"{task.name}-{sketch.picture.id}"
    phrasing = pick(sorted(task.phrasings), 0, "phrasing", name)
    words = task.phrasings[phrasing].format(**sketch.slots)
    return Draft(
        id=name, task=task.name, kind=sketch.kind, sequence=name, images=(Shot(name="a.png"),),
        question=words, choices=sketch.options, answer=sketch.answer,
        phrasing=phrasing, source=f"{sketch.picture.source}/{sketch.picture.id}", truth=sketch.truth,
        evened=sketch.evened,
    )  # fmt: skip


def finish(draft: Draft, part: Part, options: Mapping[str, str]) -> Question:
    letters = {text: letter for letter, text in options.items()}
    said = draft.model_dump(exclude={"sequence", "choices", "evened", "answer"})
    answer = letters.get(draft.answer, draft.answer)
    return Question(**said, part=part, group=draft.sequence, options=options, answer=answer)


@pytest.mark.parametrize(
    ("task", "source", "pictures", "choices"),
    [
        ("locate", "flir", 3000, False),
        ("security", "flir", 2000, False),
        ("recognition", "lsotb", 1500, False),
        ("scene", "rgbnir", 1000, False),
        ("pedestrian_count", "llvip", 1500, False),
        ("pedestrian_count", "llvip", 3000, True),
        ("aerial_count", "dronevehicle", 1500, False),
        ("aerial_count", "dronevehicle", 3000, True),
    ],
)
def test_a_classifier_of_words_does_not_beat_the_best_guess(
    task: str, source: str, pictures: int, choices: bool
) -> None:
    chosen = next(one for one in BOOK.tasks if one.name == task)
    gathering = Gathering(source, BOOK, build_forms(choices), 0)
    gathering.take(MADE[source](pictures, random.Random(0)))
    drafts = [word(sketch, chosen) for sketch in gathering.choose(chosen, None)]
    placed: list[tuple[Draft, Part]] = [
        (draft, "train" if draw(0, "part", draft.id) % 3 else "test") for draft in drafts
    ]
    gone = drop_surplus(placed, 0)
    kept = [(draft, part) for draft, part in placed if draft.id not in gone]
    options = deal_letters(kept, 0)
    questions = [finish(draft, part, options.get(draft.id, {})) for draft, part in kept]
    learned = [one for one in questions if one.part == "train"]
    asked = [one for one in questions if one.part == "test"]
    leak = find_leak(learned, asked, guess_each(learned, asked))
    assert leak.verdict == "clean", leak
