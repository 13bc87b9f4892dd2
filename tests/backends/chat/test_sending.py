"""How requests go out: later options, schemas with and without bounds, and how long replies may be."""

from typing import Any

import pytest

from irloom.backends.chat.openai import OpenAIChat
from irloom.backends.chat.schemas import count_longest, simplify
from irloom.config import RunConfig
from irloom.engine.fingerprint import fingerprint
from irloom.engine.keys import describe_ask
from irloom.errors import EndpointError
from irloom.options import OpenAIOptions
from irloom.protocols import Ask, Place, Prompt, ReplySchema
from support.clock import simulated
from support.scripted import ask, give, question, say, scripted, talking

BOUNDED: dict[str, Any] = {
    "type": "object",
    "properties": {"rule": {"type": "string", "maxLength": 300}},
    "required": ["rule"],
    "additionalProperties": False,
}
BRANCHED: dict[str, Any] = {
    "anyOf": [
        {
            "type": "object",
            "properties": {
                "verdict": {"type": "string", "enum": ["reject"]},
                "why": {"type": "string", "maxLength": 9},
            },
            "required": ["verdict", "why"],
            "additionalProperties": False,
        },
        {
            "type": "object",
            "properties": {"verdict": {"type": "string", "enum": ["accept"]}, "why": {"type": "null"}},
            "required": ["verdict", "why"],
            "additionalProperties": False,
        },
    ]
}
PLAIN = {
    "type": "object",
    "properties": {
        "verdict": {"type": "string", "enum": ["reject", "accept"]},
        "why": {"type": ["string", "null"]},
    },
    "required": ["verdict", "why"],
    "additionalProperties": False,
}


def test_a_schema_without_branches_allows_what_each_of_them_does() -> None:
    assert simplify(BRANCHED) == PLAIN
    assert simplify(PLAIN) == PLAIN


@pytest.mark.parametrize(
    ("schema", "longest"),
    [
        (BOUNDED, 300 + len("rule") + 12),
        ({"type": "array", "items": {"type": "string", "maxLength": 10}, "maxItems": 3}, 3 * 22),
        ({"type": "array", "items": {"type": "string"}, "maxItems": 3}, None),
        ({"type": "object", "properties": {"a": {"type": "string"}}}, None),
        ({"type": "object", "properties": {}}, None),
        ({"type": "string", "enum": ["yes", "maybe"]}, 7),
        ({"type": "boolean"}, 8),
        (BRANCHED, 8 + len("verdictwhy") + 24 + 9),
    ],
)
def test_the_longest_reply_of_a_form_is_counted(schema: dict[str, Any], longest: int | None) -> None:
    assert count_longest(schema) == longest


@pytest.mark.parametrize(
    "message",
    [
        "Invalid schema for response_format 'verdict': schema must be a JSON Schema of 'type: \"object\"'.",
        "Invalid schema for response_format 'verdict': 'anyOf' is not permitted.",
        "The provided JSON schema contains features not supported by xgrammar.",
        "failed to parse grammar: number of repetitions exceeds sane defaults",
        "response_format.json_schema: keyword maxLength is not supported",
    ],
)
async def test_a_schema_that_is_refused_goes_without_bounds_and_branches(message: str) -> None:
    def answer(body: dict[str, Any]) -> Any:
        schema = body["response_format"].get("json_schema", {}).get("schema")
        fine = schema == PLAIN
        return say("{}")(body) if fine else give({"error": {"message": message}}, 400)(body)

    learnt: dict[str, Any] = {}
    async with scripted(answer) as server:
        reply = await ask(server.url, question(schema=ReplySchema("verdict", BRANCHED)), learnt=learnt)
    assert learnt == {"reply_mode": "plain_schema"}
    assert reply.sent["mode"] == "plain_schema"
    assert len(server.bodies) == 2


async def test_a_form_that_is_not_known_at_all_is_not_tried_in_its_plain_kind() -> None:
    def answer(body: dict[str, Any]) -> Any:
        kind = body.get("response_format", {}).get("type")
        fine = kind != "json_schema"
        return (
            say("{}")(body)
            if fine
            else give({"error": {"message": "response_format unavailable"}}, 400)(body)
        )

    async with scripted(answer) as server:
        reply = await ask(server.url, question(schema=ReplySchema("verdict", BRANCHED)))
    assert reply.sent["mode"] == "json_object"
    assert len(server.bodies) == 2


# Options that came later


def options(**more: Any) -> OpenAIOptions:
    return OpenAIOptions(model="m", base_url="http://h/v1", **more)


async def test_extra_options_are_sent_as_they_stand() -> None:
    extra = {"top_p": 0.9, "provider": {"sort": "price"}}
    async with scripted(say("fine")) as server:
        await ask(server.url, extra_body=extra, service_tier="flex")
    body = server.bodies[0]
    assert (body["top_p"], body["provider"], body["service_tier"]) == (0.9, {"sort": "price"}, "flex")
    assert "prompt_cache_key" not in body


@pytest.mark.parametrize(
    "name", ["model", "n", "stream", "seed", "temperature", "max_tokens", "service_tier"]
)
def test_what_irloom_sets_itself_is_refused_in_extra_body(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        options(extra_body={name: 1})


def test_newer_options_are_part_of_key_and_fingerprint_only_where_they_are_set() -> None:
    def parts(chat: OpenAIOptions) -> tuple[Any, Any]:
        config = RunConfig(flow="x", chat=chat)
        call = Ask(Place("debate", "judge", "judge"), Prompt("p", "d", "s", "u", {}), longest=40)
        model = OpenAIChat(chat)
        return describe_ask(call, "m", model.parameters, ()), fingerprint(config, {})

    bare, named = parts(options()), parts(options(extra_body={"top_p": 0.9}, service_tier="flex"))
    assert bare[0]["parameters"] == {"max_tokens": 1024, "send_temperature": True, "send_seed": True}
    assert "max_tokens" not in bare[0], "how long a reply may be is no part of a key"
    assert not [name for name in bare[1] if "extra_body" in name or "tier" in name or "cache" in name]
    assert named[0]["parameters"]["extra_body"] == {"top_p": 0.9}
    assert named[0]["parameters"]["service_tier"] == "flex"
    assert named[1]["chat.extra_body.top_p"] == 0.9
    assert parts(options(prompt_cache_key="mine")) == bare, "where a prefix is cached changes no reply"


# How long a reply may be


@pytest.mark.parametrize(
    ("more", "limit"),
    [
        ({"schema": ReplySchema("rule", BOUNDED)}, 316 + 64),
        ({"longest": 200}, 264),
        ({"longest": 5000}, 1024),
        ({"max_tokens": 16, "longest": 200}, 16),
        ({}, 1024),
    ],
)
async def test_max_tokens_follow_what_a_prompt_asks_for(more: dict[str, Any], limit: int) -> None:
    async with scripted(say("fine")) as server:
        await ask(server.url, question(**more))
    assert server.bodies[0]["max_tokens"] == limit


def cut(text: str, tokens: int) -> Any:
    choices = [{"message": {"content": text}, "finish_reason": "length"}]
    return give({"choices": choices, "usage": {"prompt_tokens": 50, "completion_tokens": tokens}})


async def test_what_a_bound_of_ours_cuts_is_asked_for_once_more_without_it() -> None:
    async with scripted(cut("A long tale of", 264), say("fine")) as server:
        reply = await ask(server.url, question(longest=200))
    assert [body["max_tokens"] for body in server.bodies] == [264, 1024]
    assert (reply.texts[0].text, reply.usage.requests) == ("fine", 2)


async def test_a_loop_is_not_asked_for_at_greater_length() -> None:
    loop = "The person should be careful. " * 40
    async with scripted(cut(loop, 264)) as server:
        reply = await ask(server.url, question(longest=200))
    assert (len(server.bodies), reply.texts[0].finish_reason) == (1, "length")


@pytest.mark.parametrize(
    ("tokens", "reason"), [(1024, "length"), (995, "context"), (0, "length"), (2000, "length")]
)
async def test_a_full_context_window_is_told_from_max_tokens(tokens: int, reason: str) -> None:
    async with scripted(cut("A long tale of", tokens)) as server:
        assert (await ask(server.url)).texts[0].finish_reason == reason


async def test_a_model_that_thinks_is_given_all_of_max_tokens() -> None:
    learnt: dict[str, Any] = {}

    def answer(body: dict[str, Any]) -> Any:
        choices = [{"message": {"content": "A dog.", "reasoning": "Hm."}, "finish_reason": "stop"}]
        return give({"choices": choices, "usage": {"prompt_tokens": 1, "completion_tokens": 2}})(body)

    async with scripted(answer) as server, talking(server.url, learnt) as chat:
        for _ in range(2):
            await chat.chat(question(longest=200))
    assert [body["max_tokens"] for body in server.bodies] == [264, 1024]
    assert learnt == {"thinks": True}


async def test_cached_tokens_and_the_tier_of_a_reply_are_read() -> None:
    usage = {"prompt_tokens": 50, "completion_tokens": 2, "prompt_tokens_details": {"cached_tokens": 40}}
    body = {"choices": [{"message": {"content": "x"}}], "usage": usage, "service_tier": "flex"}
    async with scripted(give(body)) as server:
        found = (await ask(server.url)).usage
    assert (found.cached_tokens, found.service_tier) == (40, "flex")
    assert found.model_dump()["cached_tokens"] == 40
    assert "service_tier" not in found.model_dump()


@pytest.mark.parametrize(
    "usage",
    [
        {"prompt_tokens": 50, "prompt_cache_hit_tokens": 40},
        {"prompt_tokens": 50, "prompt_tokens_details": {"cached_tokens": 40}},
    ],
)
async def test_cached_tokens_are_read_wherever_they_stand(usage: dict[str, Any]) -> None:
    async with scripted(give({"choices": [{"message": {"content": "x"}}], "usage": usage})) as server:
        assert (await ask(server.url)).usage.cached_tokens == 40


@simulated
async def test_an_endpoint_that_throttles_for_ever_is_not_said_to_answer_others() -> None:
    async with scripted(give({"error": {"message": "slow down"}}, 429)) as server:
        with pytest.raises(EndpointError) as caught:
            await ask(server.url, outage_s=60.0, first_backoff_s=0.5)
    assert "others were answered" not in str(caught.value)
