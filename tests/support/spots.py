"""A small builder of question sets: bright spots on dark ground, which are counted, named and measured."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field

from irloom.engine.images import encode_png
from irloom.question_sets.builder import Builder, BuildSettings, Drafted
from irloom.question_sets.draws import draw, pick
from irloom.question_sets.ledger import Ledger, Source
from irloom.question_sets.record import AnswerKind, Draft
from irloom.settings import HOW, HOW_MUCH, Option
from irloom.shots import Shot

SIDE = 64
SHAPES = ("disc", "bar", "ring", "cross")


class SpotSettings(BuildSettings):
    """What the builder is asked."""

    pictures: Annotated[int, Option(HOW_MUCH, metavar="N")] = Field(default=30, ge=1)
    """Pictures that are drawn."""
    giveaway: Annotated[
        Literal["none", "words"], Option(HOW, choices=("none", "words"), help="let words tell the answer")
    ] = "none"
    numbered: bool = False
    """Say in each question which picture it is about, so that a script of answers knows it."""


def build(settings: SpotSettings, ledger: Ledger) -> Iterator[Drafted]:
    """Five questions a picture: one of each kind."""
    ledger.add_source(Source(name="spots", sha256="0" * 64, images=settings.pictures))
    for number in range(settings.pictures):
        yield from _ask(number, settings)


def _ask(number: int, settings: SpotSettings) -> Iterator[Drafted]:
    name, spots = f"spots/{number:04d}.png", 1 + draw(settings.seed, "spots", number) % 5
    shape = pick(SHAPES, settings.seed, "shape", number)
    hot = 20 + draw(settings.seed, "hot", number) % 200 / 10
    texts = {one: _word(one, one == shape and settings.giveaway == "words", number) for one in SHAPES}
    scale = {"truth": {"scale": (20, 40)}}
    asked: tuple[tuple[str, AnswerKind, str, str, dict[str, Any]], ...] = (
        ("count", "number", "How many spots are there?", str(spots), {}),
        ("shape", "choice", "What is shown?", texts[shape], {"choices": tuple(texts.values())}),
        ("many", "yes_no", "Are there more than two spots on the left?", "yes" if spots > 2 else "no", {}),
        ("point", "temperature", "How warm is the spot?", f"{hot:.1f}", {"within": 1.0, **scale}),
        ("gap", "difference", "How much warmer is it?", f"{hot - 20:.1f}", {"within": 1.0}),
    )  # fmt: skip
    which = f"Picture {number}. " if settings.numbered else ""
    for task, kind, question, answer, more in asked:
        draft = Draft(
            id=f"{number:04d}-{task}", task=task, kind=kind, sequence=f"film-{number // 2}",
            images=(Shot(name=name),), question=f"{which}{question}", answer=answer, phrasing="plain",
            source=f"spots/{number}", **more,
        )  # fmt: skip
        yield Drafted(draft, {name: lambda: draw_noise(settings.seed, number)})


def _word(shape: str, is_told: bool, number: int) -> str:
    """A shape, each time in other words: no text tells by itself, and one word may."""
    return f"{'surely' if is_told else 'likely'} a {shape} {number + 1000}"


def draw_noise(seed: int, number: int) -> bytes:
    """A picture like no other."""
    coarse = np.random.default_rng([seed, number]).integers(0, 256, (8, 8), dtype=np.uint8)
    return encode_png(coarse.repeat(SIDE // 8, axis=0).repeat(SIDE // 8, axis=1))


builder = SPOTS = Builder[SpotSettings](
    name="spots",
    help="bright spots on dark ground",
    description="Spots that are counted.",
    config=SpotSettings,
    build=build,
    flow="thermometry",
    published={"count": 100},
    about="Spots on dark ground, drawn by a program.",
    limits=("Spots are no photographs.",),
)
