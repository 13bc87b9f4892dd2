"""Where nothing that an endpoint answers can be used, a few requests are all that is lost."""

import json
from typing import Any

import pytest

from irloom.backends.chat.address import guess_addresses, read_address
from irloom.backends.chat.beginnings import Beginning
from irloom.errors import ConfigError, EndpointError, EndpointGone, EndpointRefused, ModelReplyError
from irloom.protocols import ChatReply
from support.clock import simulated
from support.scripted import Answer, ask, ask_many, give, question, say, scripted, send, talking

PAGE = "<!doctype html><html><head><title>Open WebUI</title><style>p {}</style></head><body>x</body></html>"


def thoughts(finish: str = "stop", name: str = "reasoning") -> Answer:
    message = {"role": "assistant", "content": "", name: "The user wants a caption."}
    usage = {"prompt_tokens": 9, "completion_tokens": 1024}
    return give({"choices": [{"message": message, "finish_reason": finish}], "usage": usage})


EMPTY = {"choices": [{"message": {"role": "assistant", "content": ""}, "finish_reason": "stop"}]}
UNREADABLE = {
    "a page": (send(PAGE), "Open WebUI"),
    "an error under 200": (give({"error": "Something odd"}), "Something odd"),
    "an error object under 200": (give({"error": {"message": "Provider is odd"}}), "Provider is odd"),
    "a message under 200": (give({"detail": "Nothing here"}), "Nothing here"),
    "no choice": (give({"choices": []}), "no choice"),
    "empty texts that nobody counts": (give(EMPTY), "is empty"),
    "nothing": (send(""), "not JSON"),
    "refusals in the same words": (give({"error": {"message": "Odd request 17"}}, 400), "Odd request"),
}


@pytest.mark.parametrize("concurrency", [1, 40])
@pytest.mark.parametrize(("answer", "said"), UNREADABLE.values(), ids=UNREADABLE)
@simulated
async def test_what_never_was_readable_stops_after_five_requests(
    answer: Answer, said: str, concurrency: int
) -> None:
    async with scripted(answer) as server, talking(server.url) as chat:
        results: list[ChatReply | BaseException] = []
        for _ in range(40 // concurrency):
            results += await ask_all(chat, concurrency)
    assert len(server.bodies) <= 5
    assert isinstance(results[-1], EndpointRefused)
    assert said in str(results[-1])


async def ask_all(chat: Any, count: int) -> list[Any]:
    import asyncio

    return list(
        await asyncio.gather(
            *(chat.chat(question(seed=seed)) for seed in range(count)), return_exceptions=True
        )
    )


@pytest.mark.parametrize("concurrency", [1, 40])
@simulated
async def test_a_model_that_says_nothing_to_three_requests_says_nothing(concurrency: int) -> None:
    async with scripted(say("")) as server, talking(server.url, max_retries=6) as chat:
        results: list[ChatReply | BaseException] = []
        for _ in range(40 // concurrency):
            results += await ask_all(chat, concurrency)
    assert len(server.bodies) == 7 + 7 + 1, "two with all their retries, and the third"
    assert isinstance(results[-1], EndpointRefused)
    assert "is empty" in str(results[-1])


@simulated
async def test_one_request_that_is_always_answered_with_nothing_stops_no_run() -> None:
    async with scripted(*[say("")] * 7, say("fine")) as server, talking(server.url, max_retries=6) as chat:
        with pytest.raises(ModelReplyError):
            await chat.chat(question())
        assert [one.text for one in (await chat.chat(question(seed=1))).texts] == ["fine"]


@pytest.mark.parametrize("name", ["reasoning", "reasoning_content"])
@pytest.mark.parametrize("finish", ["stop", "length"])
@simulated
async def test_a_model_that_only_thinks_is_found_by_the_first_requests(finish: str, name: str) -> None:
    async with scripted(thoughts(finish, name)) as server:
        results = await ask_many(server.url, 30)
    assert len(server.bodies) == 3
    assert isinstance(results[-1], EndpointRefused)
    assert "extra_body" in str(results[-1])
    assert ("raise `max_tokens`" in str(results[-1])) == (finish == "length")


@simulated
async def test_five_first_requests_without_a_reply_in_time_stop_with_what_to_raise() -> None:
    import asyncio

    async def hang(body: dict[str, Any]) -> Any:
        await asyncio.sleep(500)

    async with scripted(hang, pages={"/v1/models": {"data": []}}) as server:
        results = await ask_many(server.url, 10, timeout_s=100)
    assert len(server.bodies) == 5
    assert isinstance(results[-1], EndpointGone)
    assert "raise `timeout_s`" in str(results[-1])


@pytest.mark.parametrize(
    "answer",
    [send(PAGE), give({"error": "odd"}), thoughts(), give({"error": {"message": "Odd request"}}, 400)],
)
@simulated
async def test_what_is_unreadable_later_is_a_matter_of_its_own_request(answer: Answer) -> None:
    async with scripted(say("fine"), answer) as server, talking(server.url, max_retries=1) as chat:
        await chat.chat(question())
        for _ in range(4):
            with pytest.raises((EndpointError, ModelReplyError)):
                await chat.chat(question())
    assert len(server.bodies) >= 5


@simulated
async def test_first_requests_that_a_filter_refuses_do_not_stop_the_run() -> None:
    flagged = give({"error": {"message": "Your input was flagged by our content policy"}}, 400)
    async with scripted(*[flagged] * 8, say("fine")) as server:
        results = await ask_many(server.url, 12)
    assert [isinstance(result, EndpointError) for result in results] == [True] * 8 + [False] * 4


def test_first_refusals_in_different_words_are_no_matter_of_the_endpoint() -> None:
    beginning = Beginning()
    for said in ("a bad caption", "a bad image", "too long", "a bad caption", "a bad image"):
        assert beginning.note("refused", said) is None
    assert beginning.over


# Addresses


@pytest.mark.parametrize("answer", [give({"error": "Unexpected endpoint"}), send(PAGE), give({}, 404)])
@pytest.mark.parametrize("path", ["", "/", "/api"])
async def test_an_address_without_its_version_is_refused_with_the_right_one(
    answer: Answer, path: str
) -> None:
    pages = {"/v1/models": {"object": "list", "data": [{"id": "m"}]}}
    async with scripted(answer, path=path, pages=pages) as server:
        results = await ask_many(server.url, 10)
    assert len(server.bodies) == 1
    assert isinstance(results[-1], EndpointRefused)
    assert f"{server.root}/v1: give that as --base-url" in str(results[-1])


async def test_a_version_behind_the_address_goes_with_each_request(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    path = "/openai/deployments/gpt-4o?api-version=2024-10-21"
    async with scripted(say("fine"), path=path) as server:
        await ask(server.url)
    assert server.queries == [{"api-version": "2024-10-21"}]
    assert server.headers[0]["api-key"] == "secret"


@pytest.mark.parametrize("path", ["/v1/chat/completions", "/v1/chat/completions/", "/v1/completions"])
async def test_an_address_that_names_the_service_too_is_taken_without_it(path: str) -> None:
    async with scripted(say("fine"), path=path) as server:
        assert (await ask(server.url)).texts[0].text == "fine"


@pytest.mark.parametrize(
    ("address", "guesses"),
    [
        ("http://h:1234", ["http://h:1234/v1", "http://h:1234/api/v1"]),
        ("http://h/api", ["http://h/api/v1", "http://h/v1"]),
        ("http://h/v1", []),
        ("http://h/v1beta/openai", []),
        ("https://r.openai.azure.com", ["https://r.openai.azure.com/openai/v1"]),
        ("https://r.openai.azure.com/openai", ["https://r.openai.azure.com/openai/v1"]),
        ("https://r.openai.azure.com/openai/v1/", []),
        (
            "https://r.openai.azure.com/openai/deployments/d",
            ["https://r.openai.azure.com/openai/deployments/d?api-version=2024-10-21"],
        ),
    ],
)
def test_where_an_endpoint_may_be_instead(address: str, guesses: list[str]) -> None:
    assert guess_addresses(address) == guesses


def test_an_address_keeps_its_credentials_as_a_header() -> None:
    address = read_address("http://u:p@h/v1?a=b")
    assert address.base_url == "http://h/v1"
    assert address.query == {"a": "b"}
    assert address.headers["Authorization"].startswith("Basic ")
    with pytest.raises(ConfigError, match="--base-url"):
        read_address("h:1?a=b")


# Streams


def stream(*events: Any, end: str = "data: [DONE]\n\n") -> Answer:
    lines = [f"data: {json.dumps(event)}\n\n" for event in events]
    return send("".join(lines) + end, kind="text/event-stream")


def part(text: str, index: int = 0, finish: str | None = None) -> dict[str, Any]:
    delta = {"content": text} if text else {}
    return {"model": "m", "choices": [{"index": index, "delta": delta, "finish_reason": finish}]}


async def test_a_whole_stream_that_nobody_asked_for_is_read() -> None:
    usage = {"choices": [], "usage": {"prompt_tokens": 5, "completion_tokens": 6}}
    events = [part("A "), part("B", 1), part("dog."), part("", 0, "stop"), part("", 1, "length"), usage]
    async with scripted(stream(*events)) as server:
        reply = await ask(server.url, question(2))
    assert [text.text for text in reply.texts] == ["A dog.", "B"]
    assert reply.usage.completion_tokens == 6
    assert reply.model == "m"


@pytest.mark.parametrize("end", ["", 'data: {"choices": [{"ind'])
@simulated
async def test_a_stream_that_is_cut_is_asked_for_again(end: str) -> None:
    async with scripted(stream(part("A "), end=end), say("fine")) as server:
        assert (await ask(server.url)).texts[0].text == "fine"


async def test_an_error_in_a_stream_counts_as_one() -> None:
    body = {"error": {"message": "You have run out of credits", "code": 402}}
    async with scripted(stream(body)) as server:
        with pytest.raises(EndpointGone):
            await ask(server.url)


async def test_choices_that_failed_beside_good_ones_are_blank_and_teach_nothing() -> None:
    learnt: dict[str, Any] = {}

    def answer(body: dict[str, Any]) -> Any:
        choices = [
            {"message": {"content": "good"}, "finish_reason": "stop"},
            {"message": {"content": ""}, "finish_reason": "stop"},
            {"message": {"content": "ha"}, "finish_reason": "error", "error": {"code": 502, "message": "x"}},
        ]
        return give({"choices": choices, "usage": {"prompt_tokens": 1, "completion_tokens": 1}})(body)

    async with scripted(answer) as server:
        reply = await ask(server.url, question(3), learnt=learnt)
    assert [text.text for text in reply.texts] == ["good", "", ""]
    assert learnt == {}


async def test_thinking_beside_an_answer_is_no_trouble() -> None:
    message = {"content": "A dog.", "reasoning": "Hm."}
    async with scripted(give({"choices": [{"message": message, "finish_reason": "stop"}]})) as server:
        assert (await ask(server.url)).texts[0].text == "A dog."
