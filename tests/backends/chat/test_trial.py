"""The doctor tries what a run will ask, says NO where a run would fail, and ends in bounded time."""

import asyncio
from typing import Any

import pytest

from irloom.backends.chat.trial import Tried, try_endpoint
from irloom.options import OpenAIOptions
from support.chat_server import complete
from support.clock import simulated
from support.scripted import Answer, give, question, say, scripted

LONG = question(user="x" * 4000)


async def tried(answer: Answer, pages: dict[str, Any] | None = None, **more: Any) -> list[Tried]:
    async with scripted(answer, pages=pages or {}) as server:
        options = OpenAIOptions(model="m", base_url=server.url, **{"first_backoff_s": 0.01, **more})
        return await try_endpoint(options, [question(5), LONG], must_see=False)


def bad(found: list[Tried]) -> list[Tried]:
    return [one for one in found if not one.good]


async def test_an_endpoint_that_answers_is_good_and_was_asked_what_the_run_will_ask() -> None:
    async with scripted(lambda body: complete(["ready"] * body.get("n", 1), "m")) as server:
        options = OpenAIOptions(model="m", base_url=server.url)
        found = await try_endpoint(options, [question(5), LONG], must_see=False)
    assert not bad(found)
    assert [body.get("n") for body in server.bodies] == [5, None]
    assert server.bodies[1]["messages"][1]["content"] == "x" * 4000


@pytest.mark.parametrize("finish", ["stop", "length"])
@simulated
async def test_a_model_that_only_thinks_is_no_good_and_it_is_said_what_to_set(finish: str) -> None:
    message = {"content": "", "reasoning": "The user wants one word."}
    body = {"choices": [{"message": message, "finish_reason": finish}], "usage": {"prompt_tokens": 5}}
    found = bad(await tried(give(body)))
    assert found
    assert "extra_body" in found[0].advice


@simulated
async def test_an_endpoint_that_always_throttles_is_told_in_bounded_time_and_nothing_untrue() -> None:
    started_s = asyncio.get_running_loop().time()
    found = bad(await tried(give({"error": {"message": "slow down"}}, 429), first_backoff_s=0.5))
    assert asyncio.get_running_loop().time() - started_s < 130
    assert "slow down" in found[0].advice
    assert "others were answered" not in found[0].advice


@simulated
async def test_an_endpoint_that_hangs_is_told_in_bounded_time() -> None:
    async def hang(body: dict[str, Any]) -> Any:
        await asyncio.sleep(5000)

    started_s = asyncio.get_running_loop().time()
    found = bad(await tried(hang, timeout_s=600))
    assert asyncio.get_running_loop().time() - started_s < 130
    assert "within 120 s" in found[0].what


@pytest.mark.parametrize(
    "pages",
    [
        {"/props": {"total_slots": 4, "default_generation_settings": {"n_ctx": 512}}},
        {"/slots": [{"id": 0, "n_ctx": 512}, {"id": 1, "n_ctx": 512}]},
        {
            "/api/ps": {
                "models": [{"name": "m", "context_length": 512}, {"name": "n", "context_length": 9999}]
            }
        },
        {"/api/v0/models": {"data": [{"id": "m", "max_context_length": 9999, "loaded_context_length": 512}]}},
        {"/v1/models": {"data": [{"id": "m", "max_model_len": 512}]}},
        {"/v1/models": {"data": [{"id": "n", "max_model_len": 9999}, {"id": "m", "context_length": 512}]}},
    ],
)
async def test_a_context_that_is_too_short_for_the_longest_prompt_is_told(pages: dict[str, Any]) -> None:
    found = bad(await tried(say("ready"), pages))
    assert found
    assert "512 tokens" in found[0].what


async def test_a_reply_that_the_context_cuts_is_told() -> None:
    def answer(body: dict[str, Any]) -> Any:
        long = len(body["messages"][1]["content"]) > 1000
        return complete(["ready"], "m", "length" if long else "stop")

    found = bad(await tried(answer))
    assert [one.what.endswith("cuts a reply before `max_tokens`") for one in found] == [True]


async def test_what_an_endpoint_lacks_but_can_be_done_without_is_told() -> None:
    found = await tried(say("ready"))
    assert "it ignores `n`" in [one.what for one in found]
    assert not bad(found)


async def test_a_wrong_key_is_told() -> None:
    found = bad(await tried(give({"error": {"message": "API key not valid."}}, 400)))
    assert len(found) == 1
    assert "OPENAI_API_KEY" in found[0].advice
