"""Builders of other packages are found, and one that cannot be used leaves the others alone."""

from dataclasses import replace
from importlib.metadata import EntryPoint

import pytest

from irloom.question_sets import registry
from support.spots import SPOTS


def announce(monkeypatch: pytest.MonkeyPatch, *entries: tuple[str, str]) -> None:
    found = [EntryPoint(name, value, registry.GROUP) for name, value in entries]
    monkeypatch.setattr(registry, "entry_points", lambda group: found if group == registry.GROUP else [])


def test_a_builder_of_another_package_stands_beside_the_built_in_ones(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    announce(monkeypatch, ("spots", "support.spots:SPOTS"))
    builders, problems = registry.list_builders()
    assert SPOTS in builders
    assert problems == []
    assert {"thermeval", "spots"} <= {one.name for one in builders}


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("gone", "no_such_module_of_tests:x", "cannot be imported: ModuleNotFoundError"),
        ("odd", "support.spots:SHAPES", "is no irloom.question_sets.builder.Builder, but tuple"),
        ("other", "support.spots:SPOTS", "was written for interface 1 (as 'spots')"),
    ],
)
def test_one_that_cannot_be_used_is_told(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, message: str
) -> None:
    announce(monkeypatch, (name, value))
    builders, (problem,) = registry.list_builders()
    assert message in problem
    assert "thermeval" in {one.name for one in builders}


def test_one_with_a_name_that_is_taken_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("support.spots.SPOTS", replace(SPOTS, name="thermeval"))
    announce(monkeypatch, ("thermeval", "support.spots:SPOTS"))
    builders, (problem,) = registry.list_builders()
    assert "has a name that is taken" in problem
    assert [one.name for one in builders].count("thermeval") == 1
