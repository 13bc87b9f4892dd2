"""A benchmark of another package: how many people are in an infrared image."""

import csv
from importlib.resources import files
from typing import Literal

from irloom.errors import ConfigError
from irloom.pipelines.evaluate.benchmark import Benchmark
from irloom.pipelines.evaluate.config import EvaluationConfig
from irloom.pipelines.evaluate.kinds import make_number
from irloom.pipelines.evaluate.records import Item, Posed, Shot, Wording
from irloom.pipelines.flow import Card


class PeopleConfig(EvaluationConfig):
    """What a run is asked to do: nothing more than any evaluation."""

    flow: Literal["people"] = "people"


def load(config: PeopleConfig) -> list[Item]:
    """The rows of a CSV file with the columns `image` and `people`."""
    try:
        with config.data.open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
    except OSError as error:
        raise ConfigError(f"--data {config.data}: {error.strerror}") from error
    return [_read(row) for row in rows]


def _read(row: dict[str, str]) -> Item:
    if not row["people"].isdigit():
        raise ConfigError(f"{row['image']} holds {row['people']!r} people, which is no number.")
    return Item(
        id=row["image"].rpartition(".")[0],
        images=(Shot(name=row["image"]),),
        dimension="counting",
        group="perception",
        answer=row["people"],
        wordings={"en": Wording(question="How many people are there?", options={})},
    )


def pose(item: Item, config: PeopleConfig) -> list[Posed]:
    """One ask a question."""
    return [
        Posed(
            name="normal.en.0",
            variant="normal",
            language="en",
            prompt="people/count",
            fields={"question": item.wordings["en"].question},
            sights=("infrared",),
            options={},
            right=item.answer,
        )
    ]


benchmark = Benchmark[PeopleConfig](
    name="people",
    help="how many people are in an infrared image",
    description="Ask a model how many people each image shows.",
    config=PeopleConfig,
    prompts=("people",),
    brought_prompts=files("people_bench") / "prompts",
    load=load,
    pose=pose,
    rules={"exact": make_number(), "within one": make_number(1.0)},
    reading=lambda config: "exact",
    bench="irloom.pipelines.evaluate.accuracy",
    bench_help="per cent of images whose people were counted rightly",
    card=Card(making="A model was asked how many people each infrared image shows."),
)
