import json
import random
from collections.abc import Sequence

import pytest

from irloom.backends.offline.chat.engine import Rules
from irloom.lexicon import Lexicon
from irloom.protocols import ChatRequest, Prompt, ReplySchema
from offline.checker import Annotation, check

DOG: Annotation = ("dog", 0.05, 0.5, 0.25, 0.9, False)
BENCH: Annotation = ("bench", 0.5, 0.4, 0.9, 0.9, False)
LAMP: Annotation = ("clock", 0.55, 0.05, 0.8, 0.2, False)
CROWD: Annotation = ("person", 0.3, 0.1, 0.6, 0.4, True)
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
        ("One of the dogs is to the left of the other.", [DOG, PUPPY]),
        ("One of the dogs overlaps the bench.", [DOG, PUPPY, BENCH]),
        ("The dog is in the lower left part of the image.", [DOG]),
    ],
)
def test_true_statements_are_found_and_found_true(text: str, annotations: Sequence[Annotation]) -> None:
    statements = check(text, annotations)
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
        ("The dog overlaps the bench.", [DOG, BENCH]),
        ("The dog is in the upper right part of the image.", [DOG]),
        ("The dog is near the centre of the image.", [DOG]),
        ("The dog is across most of the image.", [DOG]),
    ],
)
def test_false_statements_are_found_and_found_false(text: str, annotations: Sequence[Annotation]) -> None:
    statements = check(text, annotations)
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


def write_lines(boxes: Sequence[Annotation]) -> str:
    return "\n".join(
        f"{label}{' (group)' if crowd else ''}: [{x1:.3f}, {y1:.3f}, {x2:.3f}, {y2:.3f}]"
        for label, x1, y1, x2, y2, crowd in boxes
    )


async def write(task: str, boxes: Sequence[Annotation], seed: int) -> str:
    fields = {"captions": "A scene with some things.", "boxes": write_lines(boxes), "requirements": "none"}
    prompt = Prompt(f"task/{task}", "0" * 16, "", "", fields)
    request = ChatRequest(prompt, seed, schema=ReplySchema("reply", {}))
    reply = json.loads((await Rules(Lexicon.load(None)).chat(request)).texts[0].text)
    if task == "conversation":
        return "\n".join(f"{turn['question']} {turn['answer']}" for turn in reply["turns"])
    return str(reply.get("answer") or reply.get("description"))


@pytest.mark.parametrize("task", ["conversation", "reasoning", "description"])
async def test_whatever_the_layout_every_statement_of_the_writer_is_true(task: str) -> None:
    dice = random.Random(f"layouts for {task}")
    samples = counted = pairs = related = 0
    for seed in range(60):
        boxes = draw_layout(dice)
        text = await write(task, boxes, seed)
        statements = check(text, boxes)
        wrong = [statement.text for statement in statements if not statement.true]
        assert wrong == [], f"{text}\n{write_lines(boxes)}"
        samples += 1
        counted += any(statement.kind == "count" for statement in statements)
        # A pair needs two single boxes; a group is not placed against anything.
        if sum(not crowd for *_, crowd in boxes) > 1:
            pairs += 1
            related += any(statement.kind == "relation" for statement in statements)
    assert counted >= 0.9 * samples
    assert related >= 0.9 * pairs
