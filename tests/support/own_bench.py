"""A benchmark of a test's own making, which the command line knows while the test runs."""

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

import pytest

from irloom.pipelines import registry
from irloom.pipelines.evaluate.benchmark import Benchmark, Rule
from irloom.pipelines.evaluate.config import EvaluationConfig
from irloom.pipelines.evaluate.flow import evaluation_flow
from irloom.pipelines.evaluate.records import Item, Posed
from irloom.pipelines.flow import Card

NAME = "own"
PROMPT = "own/ask"


class OwnConfig(EvaluationConfig):
    """Nothing more than any evaluation."""

    flow: Literal["own"] = "own"


def load(config: OwnConfig) -> list[Item]:
    """Items as JSON has them."""
    return [Item.model_validate(row) for row in json.loads(config.data.read_text("utf-8"))]


def pose(item: Item, config: OwnConfig) -> list[Posed]:
    """One ask a question, of its infrared pictures."""
    return [pose_one(item)]


def pose_one(item: Item, **more: Any) -> Posed:
    """The ask of a question, with whatever else a test says of it."""
    usual: dict[str, Any] = {
        "name": "normal.en.0",
        "variant": "normal",
        "language": "en",
        "prompt": PROMPT,
        "fields": {"question": item.wordings["en"].question},
        "sights": ("infrared",) if item.images else (),
        "options": item.wordings["en"].options,
        "right": item.answer,
    }
    return Posed(**{**usual, **more})


def make_item(number: int, images: Sequence[Mapping[str, Any]] = (), **more: Any) -> dict[str, Any]:
    """A question in the file's form."""
    return {
        "id": f"q{number}",
        "images": list(images),
        "dimension": "looking",
        "group": "perception",
        "answer": "yes",
        "wordings": {"en": {"question": f"What of picture {number}?", "options": {}}},
        **more,
    }


def bring_in(
    monkeypatch: pytest.MonkeyPatch,
    rules: Mapping[str, Rule],
    pose: Callable[[Item, OwnConfig], Sequence[Posed]] = pose,
    **more: Any,
) -> Benchmark[OwnConfig]:
    """Make the command line know the benchmark; its first rule counts."""
    benchmark = Benchmark[OwnConfig](
        name=NAME,
        help="a benchmark of tests",
        description="Ask.",
        config=OwnConfig,
        prompts=("own", *more.pop("prompts", ())),
        brought_prompts=files("support") / "own_prompts",
        load=load,
        pose=pose,
        rules=rules,
        reading=lambda config: next(iter(rules)),
        bench="irloom.pipelines.evaluate.accuracy",
        bench_help="per cent right",
        card=Card(making="A model was asked."),
        **more,
    )
    module = ModuleType("own_benchmark_of_tests")
    vars(module)["flow"] = evaluation_flow(benchmark)
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setitem(registry._BUILT_IN, NAME, module.__name__)
    return benchmark


def write_items(folder: Path, items: Sequence[Mapping[str, Any]]) -> Path:
    """The file of questions."""
    path = folder / "own.json"
    path.write_text(json.dumps(items), "utf-8")
    return path
