import random
from collections import Counter
from collections.abc import Sequence

import pytest

from irloom.agents.context import list_boxes
from irloom.agents.task.answerable import View
from irloom.agents.task.questions import choose_question, plan_questions
from irloom.backends.offline.chat.writer import (
    read_scene,
    write_conversation,
    write_description,
    write_reasoning,
)
from irloom.lexicon import Lexicon
from irloom.records import TASKS, Box, Task
from irloom.scene.heat import Measured, list_heat
from irloom.scene.layout import as_thing
from offline.checker import Annotation, Warm, check

DOG: Annotation = ("dog", 0.05, 0.5, 0.25, 0.9, False)
BENCH: Annotation = ("bench", 0.5, 0.4, 0.9, 0.9, False)
LAMP: Annotation = ("clock", 0.55, 0.05, 0.8, 0.2, False)
CROWD: Annotation = ("person", 0.3, 0.1, 0.6, 0.4, True)
LOW_DOG: Annotation = ("dog", 0.5, 0.7, 0.9, 0.9, False)
KNOWN = ("dog", "bench", "clock", "person")
PUPPY: Annotation = ("dog", 0.4, 0.7, 0.6, 0.95, False)


@pytest.mark.parametrize(
    ("text", "annotations"),
    [
        ("There is one dog.", [DOG]),
        ("There are two dogs and one bench.", [DOG, PUPPY, BENCH]),
        ("Several people are there.", [CROWD]),
        ("The dog is to the left of the bench.", [DOG, BENCH]),
        ("The bench is to the right of the dog.", [DOG, BENCH]),
        ("The clock is above the bench.", [LAMP, BENCH]),
        ("The bench is below the clock.", [LAMP, BENCH]),
        ("The dog on the left is to the left of the bench.", [DOG, PUPPY, BENCH]),
        ("The upper dog lies above the bench.", [("dog", 0.5, 0.0, 0.9, 0.1, False), LOW_DOG, BENCH]),
        ("One finds the leftmost dog to the left of the bench.", [DOG, PUPPY, LOW_DOG, BENCH]),
        ("There are many dogs.", [DOG] * 9),
        ("There is one dog.", [DOG, ("dog", 0.5, 0.5, 0.51, 0.52, False)]),
        ("No, there is no clock in the image. Nothing in the picture is a person.", [DOG]),
        ("The dog is in the lower left part of the image.", [DOG]),
    ],
)
def test_true_statements_are_found_and_found_true(text: str, annotations: Sequence[Annotation]) -> None:
    statements = check(text, annotations, KNOWN)
    assert statements
    assert all(statement.true for statement in statements)


@pytest.mark.parametrize(
    ("text", "annotations"),
    [
        ("There are two dogs.", [DOG]),
        ("There are three dogs.", [DOG, PUPPY]),
        ("There are two dog.", [DOG, PUPPY]),
        ("There is one person.", [CROWD]),
        ("Several dogs are there.", [DOG, PUPPY]),
        ("The dog is to the right of the bench.", [DOG, BENCH]),
        ("The bench is above the clock.", [LAMP, BENCH]),
        ("The dog is to the left of the bench.", [DOG, PUPPY, BENCH]),
        ("The dog on the right is to the left of the dog on the left.", [DOG, PUPPY]),
        ("There are many dogs.", [DOG, PUPPY]),
        ("No, there is no dog in the image.", [DOG]),
        ("Dogs are not part of this scene.", [DOG]),
        ("No dog can be seen here.", [DOG]),
        ("The dog is in the upper right part of the image.", [DOG]),
        ("The dog is near the centre of the image.", [DOG]),
        ("The dog is across most of the image.", [DOG]),
    ],
)
def test_false_statements_are_found_and_found_false(text: str, annotations: Sequence[Annotation]) -> None:
    statements = check(text, annotations, KNOWN)
    assert statements
    assert not all(statement.true for statement in statements)


@pytest.mark.parametrize(
    "text", ["A dog runs.", "One of the dogs barks.", "Two toilet paper rolls", "Three cats"]
)
def test_what_states_nothing_that_can_be_checked_is_left_alone(text: str) -> None:
    assert check(text, [DOG, ("toilet", 0, 0, 0.5, 0.5, False)]) == []


LABELS = (
    "person,car,bus,dog,sheep,bench,knife,scissors,skis,wine glass,orange,tv,mouse,hot dog,traffic light,"
    "potted plant,toothbrush,broccoli,couch,dining table,sandwich,giraffe"
).split(",")


def draw_layout(dice: random.Random) -> list[Annotation]:
    """Draw up to nine boxes of up to four labels, some large, some tiny, some a crowd."""
    labels = dice.sample(LABELS, dice.randint(1, 4))
    boxes: list[Annotation] = []
    for _ in range(dice.randint(1, 9)):
        width, height = dice.choice((0.02, 0.1, 0.3, 0.7)), dice.choice((0.02, 0.1, 0.3, 0.7))
        x, y = dice.uniform(0, 1 - width), dice.uniform(0, 1 - height)
        boxes.append((dice.choice(labels), x, y, x + width, y + height, dice.random() < 0.08))
    return boxes


def write_turns(
    task: Task, boxes: Sequence[Annotation], warm: Sequence[Warm], seed: int
) -> list[tuple[str, str]]:
    """What the rule engine writes of boxes in whole per cent, with a plan and heat as the flow gives them."""
    found = tuple(
        Box(label=label, x1=x1, y1=y1, x2=x2, y2=y2, crowd=crowd) for label, x1, y1, x2, y2, crowd in boxes
    )
    measured = [Measured(as_thing(box), one[5], 20.0) for box, one in zip(found, warm, strict=True)]
    captions = ("A scene with some things.",)
    view = View(captions, found, list_heat(measured, "temperatures"), frozenset(LABELS))
    plan = plan_questions(task, view, 0, str(seed))
    scene = read_scene(
        captions[0],
        list_boxes(found, "percent"),
        "none",
        Lexicon.load(None),
        seed,
        questions="\n".join(one.as_line() for one in plan),
    )
    if task == "description":
        return [(choose_question(str(seed)), write_description(scene))]
    turns = (write_reasoning(scene),) if task == "reasoning" else write_conversation(scene)
    return [(turn.question, turn.answer) for turn in turns]


@pytest.mark.parametrize("task", TASKS)
def test_whatever_the_layout_every_statement_of_the_writer_is_true(task: Task) -> None:
    dice = random.Random(f"layouts for {task}")
    kinds: Counter[str] = Counter()
    for seed in range(120):
        boxes = draw_layout(dice)
        warm = [(*box[:5], dice.choice((5.0, 19.5, 20.0, 24.0, 40.0))) for box in boxes]
        text = "\n".join(f"{question} {answer}" for question, answer in write_turns(task, boxes, warm, seed))
        statements = check(text, boxes, LABELS, warm)
        wrong = [statement.text for statement in statements if not statement.true]
        assert wrong == [], f"{text}\n{boxes}\n{warm}"
        kinds.update({statement.kind for statement in statements})
    expected = {"conversation": 10, "reasoning": 1, "description": 5}[task]
    told = (
        ("count", "relation", "heat")
        if task == "reasoning"
        else ("count", "relation", "place", "denial", "heat")
    )
    assert all(kinds[kind] >= expected for kind in told), kinds
