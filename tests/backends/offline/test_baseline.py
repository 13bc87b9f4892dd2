"""A baseline answers multiple-choice questions without looking at anything."""

import pytest

from irloom.backends.offline.baseline import Baseline, find_longest
from irloom.errors import EndpointRefused
from irloom.options import BaselineOptions
from irloom.protocols import ChatRequest, Prompt

LINES = "A. short\nB. the longest one\nC. middle one\nD. x"
PRINTED = str({"A": "short", "B": "the longest's one", "C": "middle one", "D": "x"})


def request(options: str, seed: int = 0, n: int = 1) -> ChatRequest:
    return ChatRequest(Prompt("evaluate/x", "d", "", "text", {"options": options}), seed, n)


async def choose(options: BaselineOptions, asked: ChatRequest) -> list[str]:
    reply = await Baseline(options).chat(asked)
    return [one.text for one in reply.texts]


@pytest.mark.parametrize("text", [LINES, PRINTED])
async def test_the_longest_option_is_found_in_either_layout(text: str) -> None:
    assert await choose(BaselineOptions(), request(text, n=2)) == ["B", "B"]


async def test_a_tie_is_broken_by_the_seed_and_by_nothing_else() -> None:
    tie = "A. long\nB. tall\nC. x\nD. y"
    assert find_longest({"A": "long", "B": "tall", "C": "x"}) == ["A", "B"]
    found = [(await choose(BaselineOptions(), request(tie, seed)))[0] for seed in range(40)]
    assert set(found) == {"A", "B"}
    assert found == [(await choose(BaselineOptions(), request(tie, seed)))[0] for seed in range(40)]


async def test_a_fixed_letter_and_chance() -> None:
    assert await choose(BaselineOptions(rule="letter", letter="C"), request(LINES)) == ["C"]
    chance = BaselineOptions(rule="random")
    assert {(await choose(chance, request(LINES, seed)))[0] for seed in range(60)} == set("ABCD")


async def test_an_option_of_two_lines_is_one_option() -> None:
    assert await choose(BaselineOptions(), request("A. one\nand more of it\nB. something")) == ["A"]


async def test_what_is_no_multiple_choice_question_is_refused() -> None:
    with pytest.raises(EndpointRefused, match="answers the questions of benchmarks alone"):
        await choose(BaselineOptions(), request(""))
