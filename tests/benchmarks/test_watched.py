"""CPU time goes to the innermost frame that belongs to a known part."""

import asyncio
import sys
from collections.abc import Callable
from typing import Any

import pytest

from benchmarks.contestants.watched import LOOP, START, find_part


def call_through(modules: list[str], look: Callable[[], tuple[str, str]]) -> tuple[str, str]:
    """Look from within functions that belong to these modules, the first of them outermost."""
    if not modules:
        return look()
    namespace: dict[str, Any] = {"__name__": modules[0]}
    exec("def step(go_on):\n    return go_on()", namespace)
    found: tuple[str, str] = namespace["step"](lambda: call_through(modules[1:], look))
    return found


def part_within(*modules: str) -> str:
    return call_through(list(modules), lambda: find_part(sys._getframe()))[0]


@pytest.mark.parametrize(
    ("modules", "part"),
    [
        (
            ["irloom.engine.scheduler", "langgraph.pregel", "irloom.agents.task.nodes"],
            "irloom: agents and prompts",
        ),
        (["irloom.agents.task.nodes", "irloom.engine.session", "irloom.engine.journal"], "irloom: journal"),
        (["irloom.engine.journal", "irloom.engine.storage"], "irloom: journal"),
        (["irloom.engine.session", "irloom.engine.storage"], "irloom: keys, commits, rules"),
        (["irloom.backends.chat.openai", "openai.resources.chat", "json"], "client"),
        (["irloom.backends.chat.openai", "orjson_like"], "irloom: pacing, requests, replies"),
        (["langgraph_cousin"], LOOP),
        ([], LOOP),
    ],
)
async def test_the_innermost_known_module_counts(modules: list[str], part: str) -> None:
    assert part_within(*modules) == part


def test_what_runs_outside_of_the_loop_is_start_or_end() -> None:
    assert part_within("irloom.engine.journal") == START


def test_an_import_within_the_loop_is_start_too() -> None:
    async def import_something() -> str:
        return part_within("irloom.backends.builders", "importlib._bootstrap", "openai")

    assert asyncio.run(import_something()) == START
