"""A set of spots, built once, and questions by hand."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from irloom.question_sets.record import Draft, Question
from irloom.question_sets.writer import write_set
from irloom.shots import Shot
from support.spots import SPOTS, SpotSettings


@pytest.fixture(scope="session")
def spots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A set that no test may change."""
    out = tmp_path_factory.mktemp("sets") / "spots"
    write_set(out, SPOTS, SpotSettings(pictures=30))
    return out


@pytest.fixture
def draft() -> Callable[..., Draft]:
    def make(name: str, **more: Any) -> Draft:
        said = {"task": "t", "kind": "yes_no", "answer": "yes", "sequence": name} | more
        shots = (Shot(name=f"{name}.png"),)
        return Draft(id=name, images=shots, question="Is it?", phrasing="p", source="s", **said)

    return make


@pytest.fixture
def question() -> Callable[..., Question]:
    def make(number: int, **more: Any) -> Question:
        said = {
            "kind": "yes_no", "answer": "yes", "part": "test", "group": f"g{number}", "question": "Is it?",
        } | more  # fmt: skip
        shots = (Shot(name=f"{number}.png"),)
        return Question(id=str(number), task="t", images=shots, phrasing="p", source="s", **said)

    return make
