"""A set of spots, and models that answer it by a script."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from irloom.question_sets.writer import write_set
from support.asked_sets import Script, ask_all
from support.spots import SPOTS, SpotSettings


@pytest.fixture(scope="session")
def spots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A set whose questions can be told apart by their words."""
    out = tmp_path_factory.mktemp("sets") / "spots"
    write_set(out, SPOTS, SpotSettings(pictures=18, numbered=True))
    return out


SCRIPTS: Mapping[str, Script] = {
    "right": lambda one: one.answer,
    "warm": lambda one: one.answer if one.kind != "temperature" else "37 °C",
    "swapped": lambda one: {"yes": "no", "no": "yes"}.get(one.answer, one.answer),
    "shifted": lambda one: f"{float(one.answer) * 10:g}" if one.kind == "temperature" else one.answer,
    "silent": lambda one: "I cannot say.",
}


@pytest.fixture(scope="session")
def runs(spots: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a run of each script."""
    folder = tmp_path_factory.mktemp("runs")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IRLOOM_CACHE", str(folder / "cache"))
        patch.setenv("OPENAI_API_KEY", "a-key-of-tests")
        for name, script in SCRIPTS.items():
            assert ask_all(spots, folder / name, script) == 0
    return folder


@pytest.fixture
def key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache and a key of the test's own."""
    monkeypatch.setenv("IRLOOM_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("OPENAI_API_KEY", "a-key-of-tests")
