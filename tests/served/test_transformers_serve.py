"""The `openai` backend and the whole flow against a server that we did not write: `transformers serve`.

It drops what it does not know without a word: `n`, `response_format`, log-probabilities, and images that
were sent to a model without eyes. What it refuses it explains in a form of its own, or not at all.
"""

import json
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from irloom.backends.chat.openai import OpenAIChat
from irloom.backends.chat.sight import takes_images
from irloom.cli.main import main
from irloom.errors import EndpointError, EndpointRefused
from irloom.options import OpenAIOptions
from irloom.protocols import ChatRequest, Prompt, ReplySchema
from served.conftest import Served, serve
from support.coco import CocoFiles, write_coco

pytestmark = [pytest.mark.served, pytest.mark.timeout(300)]

PROMPT = Prompt("test", "", "You describe pictures.", "What is there?", {})
SAID = "A dog lies beside the bench"


@asynccontextmanager
async def open_chat(url: str, model: str, learnt: dict[str, Any] | None = None) -> AsyncIterator[OpenAIChat]:
    options = OpenAIOptions(model=model, base_url=url, max_retries=1, first_backoff_s=0.01)
    known: dict[str, Any] = {} if learnt is None else learnt
    chat = OpenAIChat(options, learn=known.__setitem__)
    try:
        yield chat
    finally:
        await chat.close()


@pytest.fixture
def bright(tmp_path: Path) -> Path:
    Image.new("L", (64, 48), 230).save(tmp_path / "bright.png")
    return tmp_path / "bright.png"


@pytest.fixture
def dark(tmp_path: Path) -> Path:
    Image.new("L", (64, 48), 25).save(tmp_path / "dark.jpg")
    return tmp_path / "dark.jpg"


async def test_a_question_is_answered_and_its_tokens_are_counted(served: Served) -> None:
    async with open_chat(served.url, served.speaker) as chat:
        reply = await chat.chat(ChatRequest(PROMPT, seed=7, temperature=0.8))
    (text,) = reply.texts
    assert (text.text, text.finish_reason, text.thinking) == (SAID, "stop", None)
    assert reply.usage.requests == 1
    assert reply.usage.prompt_tokens > 5
    assert reply.usage.completion_tokens == len(SAID.split()) + 1
    assert reply.model == f"{served.speaker}@main"


async def test_a_reply_that_reaches_the_limit_is_known_as_cut(served: Served) -> None:
    async with open_chat(served.url, served.speaker) as chat:
        reply = await chat.chat(ChatRequest(PROMPT, seed=7, max_tokens=2))
    assert (reply.texts[0].text, reply.texts[0].finish_reason) == ("A dog", "length")


async def test_it_ignores_n_which_is_learnt_from_the_first_reply(served: Served) -> None:
    learnt: dict[str, Any] = {}
    async with open_chat(served.url, served.speaker, learnt) as chat:
        first = await chat.chat(ChatRequest(PROMPT, seed=7, n=3))
        second = await chat.chat(ChatRequest(PROMPT, seed=7, n=3))
    assert (len(first.texts), first.sent["n"], second.sent["n"]) == (1, 3, 1)
    assert learnt == {"n": False}


async def test_it_ignores_a_schema_so_that_the_reply_is_plain_text(served: Served) -> None:
    schema = ReplySchema("caption", {"type": "object", "properties": {"caption": {"type": "string"}}})
    async with open_chat(served.url, served.speaker) as chat:
        reply = await chat.chat(ChatRequest(PROMPT, seed=7, schema=schema))
    assert reply.sent["mode"] == "json_schema"
    assert reply.texts[0].text == SAID


async def test_log_probabilities_that_do_not_come_are_refused_with_the_way_out(
    served: Served, bright: Path
) -> None:
    async with open_chat(served.url, served.seer) as chat:
        with pytest.raises(EndpointRefused, match=r'gave no log-probabilities .*set `answer = "number"`'):
            await chat.chat(ChatRequest(PROMPT, seed=7, images=(bright,), top_logprobs=20))


async def test_an_image_arrives_and_decides_the_answer(served: Served, bright: Path, dark: Path) -> None:
    async with open_chat(served.url, served.seer) as chat:
        replies = [await chat.chat(ChatRequest(PROMPT, seed=7, images=(image,))) for image in (bright, dark)]
    assert [reply.texts[0].text for reply in replies] == ["90", "10"]


async def test_a_model_without_eyes_answers_all_the_same_and_only_the_tokens_tell(
    served: Served, bright: Path
) -> None:
    async with open_chat(served.url, served.speaker) as chat:
        reply = await chat.chat(ChatRequest(PROMPT, seed=7, images=(bright,)))
        assert reply.texts[0].text == SAID, "no error: the image was dropped"
        assert await takes_images(chat) is False
    async with open_chat(served.url, served.seer) as chat:
        assert await takes_images(chat) is True


async def test_an_image_that_it_cannot_decode_fails_that_request_alone(
    served: Served, bright: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.png"
    Image.effect_noise((64, 48), 90).save(broken)
    broken.write_bytes(broken.read_bytes()[:-500])
    async with open_chat(served.url, served.seer) as chat:
        assert (await chat.chat(ChatRequest(PROMPT, seed=7, images=(bright,)))).texts[0].text == "90"
        # After its error the server closes the connection, which the second try may be under way on.
        with pytest.raises(EndpointError, match=r"HTTP 500: Internal Server Error|Connection reset by peer"):
            await chat.chat(ChatRequest(PROMPT, seed=7, images=(broken,)))
        assert (await chat.chat(ChatRequest(PROMPT, seed=7, images=(bright,)))).texts[0].text == "90"


def test_the_whole_flow_runs_with_a_model_for_each_agent_and_one_that_sees(
    served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IRLOOM_CACHE", str(tmp_path / "cache"))
    coco = write_coco(tmp_path / "coco", 2, ["A brown dog lies there."])
    for name, grey in (("000001.png", 230), ("000002.png", 25)):
        Image.new("L", (64, 48), grey).save(coco.images / name)
    out = tmp_path / "run"
    assert main(["run", "infrared", *_options(served, coco, tmp_path), "--out", str(out)]) == 0
    pairs = {pair["sample"]: pair for pair in _rows(out, "pairs")}
    assert {sample: pair["caption"] for sample, pair in pairs.items()} == {"1": SAID, "2": SAID}
    scores = {sample: {one["score"] for one in pair["candidates"]} for sample, pair in pairs.items()}
    assert scores == {"1": {0.9}, "2": {0.1}}, "each image was looked at"
    instructions = _rows(out, "instructions")
    assert [row["verdict"] for row in instructions] == ["accept", "accept"]
    assert all(row["messages"][1]["content"] == SAID for row in instructions)
    turns = [turn for row in _rows(out, "transcripts") for turn in row["turns"]]
    looked = {turn["node"] for turn in turns if turn.get("images")}
    assert looked == {"select", "judge"}
    assert all(turn["usage"]["prompt_tokens"] > 0 for turn in turns if "usage" in turn)


def _options(served: Served, coco: CocoFiles, folder: Path) -> list[str]:
    config = folder / "served.toml"
    seats = {"roles.task": served.speaker, "roles.debate": served.judge, "scorer.chat": served.seer}
    tables = [
        f'[{seat}]\nkind = "openai"\nmodel = "{model}"\nbase_url = "{served.url}"'
        for seat, model in seats.items()
    ]
    config.write_text("\n".join(['[scorer]\nkind = "vqa"\nanswer = "number"', *tables]))
    chat = ["--profile", "openai", "--model", served.speaker, "--base-url", served.url]
    how = ["--tasks", "description", "--judge-sees", "image", "--no-translation", "--quiet"]
    return [*coco.options, *chat, "--config", str(config), *how]


def _rows(out: Path, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (out / f"{name}.jsonl").read_text("utf-8").splitlines()]


async def test_a_model_that_it_does_not_know_is_named_though_the_server_says_nothing(served: Served) -> None:
    # The server sometimes closes a connection under the request that it fails at, and says nothing at all.
    for _ in range(10):
        async with open_chat(served.url, "nobody/nothing") as chat:
            with pytest.raises(EndpointError) as failed:
                await chat.chat(ChatRequest(PROMPT, seed=7))
        if "connection failed" not in str(failed.value):
            break
    assert re.search(r"HTTP 500: .*that it knows the model 'nobody/nothing'", str(failed.value))


async def test_a_server_for_one_model_refuses_another_by_name(models: Sequence[str], tmp_path: Path) -> None:
    speaker, seer, _ = models
    with serve(tmp_path, speaker) as url:
        async with open_chat(url, seer) as chat:
            with pytest.raises(EndpointRefused, match=r"does not know model .*Server is pinned to"):
                await chat.chat(ChatRequest(PROMPT, seed=7))
