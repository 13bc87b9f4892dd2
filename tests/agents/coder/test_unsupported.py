"""What the embedded coder does not draw ends the Coder at once, in either of its modes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest

from irloom.agents.coder.graph import build_coder_graph
from irloom.agents.context import Context
from irloom.agents.figure_fields import FigureContext
from irloom.backends.offline.chat.engine import Rules
from irloom.drawings import DrawnText
from irloom.figures import Failure, Picture, Problem
from irloom.lexicon import Lexicon
from irloom.pipelines.imgcoder.config import ImgcoderConfig
from irloom.prompts import Prompts
from irloom.protocols import Ask, ChatRequest, ReplyText
from irloom.records import Fault

T = TypeVar("T")
QUESTION = "A block of mass 2 kg rests on a frictionless incline of 30°. Find its acceleration."


class Calls:
    """Asks the rule engine, and gives the same outcome for every script."""

    def __init__(self, drawn: Picture | Failure) -> None:
        self.nodes: list[str] = []
        self._rules = Rules(Lexicon.load(None))
        self._drawn = drawn

    async def ask(
        self, ask: Ask, read: Callable[[ReplyText], T], finish: Callable[[ReplyText], object] | None = None
    ) -> tuple[T, ...] | Fault:
        self.nodes.append(ask.place.node)
        reply = await self._rules.chat(ChatRequest(ask.prompt, seed=1, schema=ask.schema))
        return (read(reply.texts[0]),)

    async def draw(self, round: int, code: str) -> Picture | Failure | Fault:
        self.nodes.append("draw")
        return self._drawn


async def run(question: str, drawn: Picture | Failure, one_call: bool) -> tuple[Calls, dict[str, Any]]:
    calls = Calls(drawn)
    config = ImgcoderConfig(problems=Path("problems.jsonl"), one_call=one_call)
    problem = Problem(id="1", question=question)
    context: FigureContext = Context(problem, calls, calls, Prompts.load(None), config)
    state = await build_coder_graph().compile().ainvoke({"problem": problem}, context=context)
    return calls, dict(state)


@pytest.mark.parametrize("one_call", [False, True])
async def test_a_refused_problem_is_asked_for_once_and_never_drawn(one_call: bool) -> None:
    calls, state = await run("Name the largest planet.", Failure(reason="no_figure"), one_call)
    assert calls.nodes == (["sketch"] if one_call else ["understand", "plan", "write_code"])
    (draft,) = state["drafts"]
    assert draft.failure.reason == "unsupported"
    assert "none of the families" in draft.failure.log
    assert state["draft"] is None


async def test_a_picture_with_faults_stays_because_there_is_no_other_way_to_draw_it() -> None:
    texts = tuple(make_text(text) for text in ("2 kg", "30°"))
    picture = Picture(image="1.png", sha256="0", width=9, height=9, texts=texts)
    calls, state = await run(QUESTION, picture, one_call=False)
    assert calls.nodes.count("draw") == 1
    first, second = state["drafts"]
    assert any("frictionless" in fault for fault in first.faults)
    assert second.failure.reason == "unsupported"
    assert state["draft"] == first


async def test_a_script_that_timed_out_is_tried_again() -> None:
    calls, state = await run(QUESTION, Failure(reason="timeout", log="too slow"), one_call=False)
    assert calls.nodes.count("draw") == 4
    assert len({draft.code for draft in state["drafts"]}) == 1


def make_text(text: str) -> DrawnText:
    return DrawnText(
        text=text,
        plain=text,
        role="text",
        axes=None,
        box=(0.1, 0.1, 0.2, 0.2),
        corners=((0.1, 0.1), (0.2, 0.1), (0.2, 0.2), (0.1, 0.2)),
        rotation=0,
        font_px=10,
        visible=True,
        clipped=False,
    )
