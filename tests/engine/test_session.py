"""One sample's calls: recorded before they are used, replayed instead of paid again."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from irloom.engine.batcher import Batcher
from irloom.engine.journal import Segment, Turn
from irloom.engine.models import Folders, InfraredModels
from irloom.engine.state import Admission
from irloom.engine.storage import dump_line
from irloom.errors import EndpointError, EndpointGone, ModelReplyError, SampleError, ScoringError, SourceError
from irloom.pipelines.infrared.actions import InfraredCalls
from irloom.protocols import (
    Ask,
    ChatReply,
    ChatRequest,
    Place,
    Prompt,
    ReplyText,
    Scores,
    ScoringJob,
    Translation,
    TranslationJob,
    Unreadable,
    Usage,
)
from irloom.records import Fault, Infrared, Sample
from support.clock import settle

WRITE = Place("task", "write", "write", task="reasoning", round=1)
JUDGE = Place("debate", "judge", "judge", task="reasoning", round=1)
FILTER = Place("caption", "filter_caption", "filter", caption=0)


class FakeChat:
    """Answers with the prompt and a count; `wrong` may raise or give another text."""

    model = "fake"

    def __init__(self, most: int = 100) -> None:
        self.parameters: Mapping[str, Any] = {"max_tokens": 5}
        self.requests: list[ChatRequest] = []
        self.most = most
        self.wrong: Callable[[ChatRequest], str | None] = lambda request: None
        self.gate: asyncio.Event | None = None

    async def chat(self, request: ChatRequest) -> ChatReply:
        self.requests.append(request)
        count = len(self.requests)
        if self.gate is not None:
            await self.gate.wait()
        said = self.wrong(request) or f"{request.prompt.user} {count}"
        texts = tuple(ReplyText(text=f"{said}/{index}") for index in range(min(request.n, self.most)))
        usage = Usage(requests=1, prompt_tokens=10, completion_tokens=3)
        return ChatReply(texts=texts, usage=usage, model="fake-1", latency_ms=1.5, sent={"n": request.n})

    def hold(self) -> None: ...

    async def close(self) -> None: ...


class Desk:
    """A run's folder with one sample, and what its backends were asked."""

    def __init__(self, root: Path) -> None:
        self.folders = Folders(root / "run", root / "visible")
        for folder in (self.folders.root / "journal", self.folders.root / "images", self.folders.images):
            folder.mkdir(parents=True)
        Image.new("RGB", (8, 6), (9, 9, 9)).save(self.folders.images / "a.png")
        self.sample = Sample(id="A/1", image="a.png", captions=("A dog.",), width=8, height=6)
        self.chat = FakeChat()
        self.jobs: list[TranslationJob] = []
        self.scored: list[ScoringJob] = []
        self.scores: Sequence[float] | SampleError = (0.25, 0.5)
        self.models = InfraredModels(
            chats={"caption": self.chat, "task": self.chat, "debate": self.chat},
            translator="fake-translator",
            translations=Batcher(self._translate, 4, wait_s=0.001),
            scorer="fake-scorer",
            scores=Batcher(self._score, 4, wait_s=0.001),
        )

    def _translate(self, jobs: Sequence[TranslationJob]) -> list[Translation | SampleError]:
        self.jobs += jobs
        if not (self.folders.images / "a.png").exists():
            return [SourceError("a.png is gone") for _ in jobs]
        return [Translation(np.full((6, 8), len(self.jobs), np.uint8), details={"made": 1}) for _ in jobs]

    def _score(self, jobs: Sequence[ScoringJob]) -> list[Scores | SampleError]:
        self.scored += jobs
        return [
            self.scores if isinstance(self.scores, SampleError) else Scores(tuple(self.scores)) for _ in jobs
        ]

    def session(
        self, attempt: int = 1, earlier: Mapping[str, Turn] | None = None, seed: int = 0
    ) -> InfraredCalls:
        segment = Segment(self.folders.root / "journal", self.sample.id, attempt)
        admission = Admission(self.sample.id, attempt, 0)
        return InfraredCalls(self.sample, admission, seed, self.folders, self.models, segment, earlier)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def ask(place: Place = WRITE, user: str = "hello", n: int = 1, **more: Any) -> Ask:
    return Ask(place, Prompt("task/reasoning", "digest", "system", user, {"slot": user}), n=n, **more)


def read(reply: ReplyText) -> str:
    if "bad" in reply.text:
        raise ModelReplyError(f"cannot read {reply.text!r}")
    return reply.text


def read_form(reply: ReplyText) -> str | Unreadable:
    return Unreadable(reply.text, "wrong form") if "odd" in reply.text else reply.text


def earlier(session: InfraredCalls) -> dict[str, Turn]:
    return {turn["key"]: turn for turn in session.turns}


def paid(session: InfraredCalls) -> tuple[float, float, float]:
    usage = session.usage
    return usage["requests"], usage["prompt_tokens"], usage["completion_tokens"]


async def test_a_reply_is_recorded_with_everything_before_it_is_returned(desk: Desk) -> None:
    session = desk.session(seed=7)
    assert await session.ask(ask(temperature=0.8), read) == ("hello 1/0",)
    (turn,) = session.turns
    assert list(Segment(desk.folders.root / "journal", "A/1", 1).load().values()) == [turn]
    assert {
        name: turn[name] for name in ("agent", "node", "stage", "task", "round", "index", "repair", "caption")
    } == {
        **{"agent": "task", "node": "write", "stage": "write", "task": "reasoning", "round": 1},
        **{"index": 0, "repair": 0, "caption": None},
    }
    assert (turn["prompt"], turn["digest"], turn["fields"]) == ("task/reasoning", "digest", {"slot": "hello"})
    assert turn["parameters"] == {
        "n": 1,
        "temperature": 0.8,
        "seed": desk.chat.requests[0].seed,
        "schema": None,
    }
    assert (turn["reply"], turn["finish_reason"], turn["model"], turn["latency_ms"]) == (
        ["hello 1/0"],
        "stop",
        "fake-1",
        1.5,
    )


async def test_a_replay_gives_the_same_and_calls_nobody(desk: Desk) -> None:
    first = desk.session()
    replies = [await first.ask(ask(place, n=2), read) for place in (WRITE, JUDGE)]
    infrared = await first.translate()
    assert isinstance(infrared, Infrared)
    scores = await first.score(0, infrared.image, ["a", "b"])
    again = desk.session()
    assert [await again.ask(ask(place, n=2), read) for place in (WRITE, JUDGE)] == replies
    assert await again.translate() == infrared
    assert await again.score(0, infrared.image, ["a", "b"]) == scores == (0.25, 0.5)
    assert (len(desk.chat.requests), len(desk.jobs), len(desk.scored)) == (2, 1, 1)
    assert list(map(dump_line, again.turns)) == list(map(dump_line, first.turns))
    assert again.usage == first.usage
    assert paid(again) == (2, 20, 6)


@pytest.mark.parametrize(
    "changed",
    [
        ask(user="other"),
        ask(n=2),
        ask(temperature=0.1),
        ask(JUDGE),
        ask(Place("task", "write", "write", round=2)),
    ],
)
async def test_another_question_is_asked(changed: Ask, desk: Desk) -> None:
    await desk.session().ask(ask(), read)
    await desk.session().ask(changed, read)
    assert len(desk.chat.requests) == 2


async def test_an_error_of_this_attempt_is_replayed_as_the_fault_it_was(desk: Desk) -> None:
    def refuse(request: ChatRequest) -> str:
        raise EndpointError("timed out")

    desk.chat.wrong = refuse
    fault = await desk.session().ask(ask(), read)
    assert fault == Fault(
        stage="write", error="EndpointError", message="timed out", task="reasoning", round=1
    )
    assert await desk.session().ask(ask(), read) == fault
    assert len(desk.chat.requests) == 1


async def test_a_reply_that_was_paid_and_not_usable_counts_as_paid(desk: Desk) -> None:
    def spoil(request: ChatRequest) -> str:
        raise ModelReplyError("no choices", {"requests": 1, "prompt_tokens": 9, "completion_tokens": 0})

    desk.chat.wrong = spoil
    session = desk.session()
    assert isinstance(await session.ask(ask(), read), Fault)
    assert paid(session) == (1, 9, 0)


async def test_a_retry_replays_good_calls_unpaid_and_asks_the_failing_ones_anew(desk: Desk) -> None:
    desk.chat.wrong = lambda request: "bad" if request.prompt.user == "b" else None
    first = desk.session()
    good = await first.ask(ask(WRITE, "a"), read)
    assert isinstance(await first.ask(ask(JUDGE, "b"), read), Fault)
    desk.chat.wrong = lambda request: None
    second = desk.session(2, earlier(first))
    assert await second.ask(ask(WRITE, "a"), read) == good
    assert await second.ask(ask(JUDGE, "b"), read) == ("b 3/0",)
    assert [turn.get("paid_in") for turn in second.turns] == [1, None]
    assert paid(second) == (1, 10, 3)
    third = desk.session(3, earlier(first) | earlier(second))
    assert await third.ask(ask(WRITE, "a"), read) == good
    assert await third.ask(ask(JUDGE, "b"), read) == ("b 3/0",)
    assert [turn["paid_in"] for turn in third.turns] == [1, 2]
    assert paid(third) == (0, 0, 0)
    assert len({turn["key"] for session in (first, second, third) for turn in session.turns}) == 6


async def test_a_retry_asks_anew_where_the_backend_failed(desk: Desk) -> None:
    def refuse(request: ChatRequest) -> str:
        raise EndpointError("timed out")

    desk.chat.wrong = refuse
    first = desk.session()
    await first.ask(ask(), read)
    desk.chat.wrong = lambda request: None
    assert await desk.session(2, earlier(first)).ask(ask(), read) == ("hello 2/0",)


async def test_an_attempt_asks_with_other_seeds_than_the_one_before(desk: Desk) -> None:
    await desk.session(1).ask(ask(), read)
    await desk.session(2).ask(ask(), read)
    assert desk.chat.requests[0].seed != desk.chat.requests[1].seed


async def test_replies_that_cannot_be_read_are_left_out_while_one_can(desk: Desk) -> None:
    desk.chat.most = 1
    desk.chat.wrong = lambda request: "bad" if len(desk.chat.requests) == 2 else None
    session = desk.session()
    assert await session.ask(ask(FILTER, n=3), read) == ("hello 1/0", "hello 3/0")
    desk.chat.wrong = lambda request: "bad"
    fault = await session.ask(ask(FILTER, "other", n=3), read)
    assert isinstance(fault, Fault)
    assert (fault.error, fault.stage, fault.caption) == ("ModelReplyError", "filter", 0)
    assert "cannot read 'bad/0'" in fault.message


async def test_replies_that_an_endpoint_did_not_give_are_asked_for_one_by_one(desk: Desk) -> None:
    desk.chat.most = 2
    session = desk.session()
    assert await session.ask(ask(FILTER, n=4), read) == ("hello 1/0", "hello 1/1", "hello 2/0", "hello 3/0")
    assert [request.n for request in desk.chat.requests] == [4, 1, 1]
    assert len({request.seed for request in desk.chat.requests}) == 3
    assert [turn["index"] for turn in session.turns] == [0, 2, 3]
    replayed = await desk.session().ask(ask(FILTER, n=4), read)
    assert replayed == ("hello 1/0", "hello 1/1", "hello 2/0", "hello 3/0")
    assert len(desk.chat.requests) == 3


async def test_seeds_differ_by_place_and_repeat_exactly(desk: Desk, tmp_path: Path) -> None:
    async def seeds(desk: Desk, seed: int = 0) -> list[int]:
        for place in (WRITE, JUDGE, FILTER, Place("task", "write", "write", task="reasoning", round=2)):
            await desk.session(seed=seed).ask(ask(place), read)
        return [request.seed for request in desk.chat.requests]

    first = await seeds(desk)
    assert len(set(first)) == 4
    assert await seeds(Desk(tmp_path / "again")) == first
    assert not set(await seeds(Desk(tmp_path / "other"), seed=1)) & set(first)


async def test_an_image_whose_bytes_changed_is_made_again(desk: Desk) -> None:
    infrared = await desk.session().translate()
    assert isinstance(infrared, Infrared)
    path = desk.folders.root / infrared.image
    path.write_bytes(path.read_bytes() + b"x")
    again = desk.session()
    made = await again.translate()
    assert isinstance(made, Infrared)
    assert (len(desk.jobs), made.sha256 != infrared.sha256) == (2, True)
    path.unlink()
    assert isinstance(await desk.session().translate(), Infrared)
    assert len(desk.jobs) == 3
    assert path.is_file()


async def test_a_new_visible_image_is_translated_anew(desk: Desk) -> None:
    await desk.session().translate()
    Image.new("RGB", (8, 6), (200, 0, 0)).save(desk.folders.images / "a.png")
    await desk.session().translate()
    assert len(desk.jobs) == 2


async def test_a_retry_keeps_an_infrared_image_that_is_whole(desk: Desk) -> None:
    first = desk.session()
    infrared = await first.translate()
    second = desk.session(2, earlier(first))
    assert await second.translate() == infrared
    assert len(desk.jobs) == 1
    assert second.turns[0]["paid_in"] == 1


async def test_an_infrared_image_lies_under_a_safe_name_with_what_its_maker_knows(desk: Desk) -> None:
    infrared = await desk.session().translate()
    assert isinstance(infrared, Infrared)
    assert Path(infrared.image).parent == Path("images")
    assert "/" not in Path(infrared.image).name
    assert (infrared.width, infrared.height, infrared.made_by, infrared.details) == (
        8,
        6,
        "fake-translator",
        {"made": 1},
    )
    assert [path.name for path in (desk.folders.root / "images").iterdir()] == [Path(infrared.image).name]


async def test_an_unreadable_visible_image_is_the_sources_fault(desk: Desk) -> None:
    (desk.folders.images / "a.png").unlink()
    fault = await desk.session().translate()
    assert fault == Fault(stage="source", error="SourceError", message="a.png is gone")
    assert await desk.session().translate() == fault
    assert len(desk.jobs) == 1


@pytest.mark.parametrize(
    ("scores", "said"),
    [
        (ScoringError("no text"), "no text"),
        ((0.1, float("nan")), "2 texts were given these scores: (0.1, nan)"),
        ((float("inf"), 0.1), "2 texts were given these scores"),
        ((0.1,), "2 texts were given these scores: (0.1,)"),
        ((), "2 texts were given these scores: ()"),
    ],
)
async def test_scores_that_cannot_be_used_are_a_fault(scores: Any, said: str, desk: Desk) -> None:
    desk.scores = scores
    session = desk.session()
    infrared = await session.translate()
    assert isinstance(infrared, Infrared)
    fault = await session.score(0, infrared.image, ["a", "b"])
    assert isinstance(fault, Fault)
    assert (fault.stage, fault.error, fault.caption) == ("score", "ScoringError", 0)
    assert said in fault.message


async def test_a_score_is_recorded_under_the_bytes_of_its_image(desk: Desk) -> None:
    session = desk.session()
    infrared = await session.translate()
    assert isinstance(infrared, Infrared)
    await session.score(0, infrared.image, ["a", "b"])
    (desk.folders.root / infrared.image).unlink()
    again = desk.session()
    await again.translate()
    await again.score(0, infrared.image, ["a", "b"])
    assert len(desk.scored) == 2, "another image is scored anew"


async def test_images_are_sent_as_files_and_known_by_their_hash(desk: Desk) -> None:
    session = desk.session()
    infrared = await session.translate()
    assert isinstance(infrared, Infrared)
    await session.ask(ask(images=(infrared.image,)), read)
    assert desk.chat.requests[0].images == (desk.folders.root / infrared.image,)
    assert session.turns[-1]["images"] == [infrared.image]


async def test_cancelling_the_caller_lets_the_call_in_flight_finish_and_be_recorded(desk: Desk) -> None:
    desk.chat.gate = asyncio.Event()
    session = desk.session()
    caller = asyncio.create_task(session.ask(ask(), read))
    await settle()
    assert len(desk.chat.requests) == 1
    caller.cancel()
    await asyncio.gather(caller, return_exceptions=True)
    assert caller.cancelled()
    assert desk.session().turns == []
    desk.chat.gate.set()
    await desk.models.sends.drain(10)
    assert len(Segment(desk.folders.root / "journal", "A/1", 1).load()) == 1
    with pytest.raises(asyncio.CancelledError):
        await desk.session().ask(ask(user="new"), read)
    assert len(desk.chat.requests) == 1, "after a drain nothing new is sent"
    assert await desk.session().ask(ask(), read) == ("hello 1/0",), "what came back is replayed"


async def test_a_call_that_does_not_come_back_in_time_is_dropped(desk: Desk) -> None:
    desk.chat.gate = asyncio.Event()
    caller = asyncio.create_task(desk.session().ask(ask(), read))
    await settle()
    assert len(desk.chat.requests) == 1
    await desk.models.sends.drain(0.01)
    await asyncio.gather(caller, return_exceptions=True)
    assert caller.cancelled()
    assert Segment(desk.folders.root / "journal", "A/1", 1).load() == {}


async def test_an_error_that_stops_the_run_is_raised_and_not_recorded(desk: Desk) -> None:
    def stop(request: ChatRequest) -> str:
        raise EndpointGone("nobody there")

    desk.chat.wrong = stop
    session = desk.session()
    with pytest.raises(EndpointGone, match="nobody there"):
        await session.ask(ask(), read)
    assert session.turns == []
    assert Segment(desk.folders.root / "journal", "A/1", 1).load() == {}


async def test_turns_come_in_the_order_of_the_flow_whatever_the_order_of_arrival(desk: Desk) -> None:
    session = desk.session()
    places = [
        *(Place("caption", "filter_caption", "filter", caption=index) for index in range(2)),
        *(
            Place(agent, node, stage, task=task, round=round)  # type: ignore[arg-type]
            for task in ("conversation", "reasoning", "description")
            for round in (1, 2)
            for agent, node, stage in (
                ("task", "write", "write"),
                ("debate", "judge", "judge"),
                ("debate", "mine_rule", "mine"),
            )
        ),
    ]
    for place in reversed(places):
        await session.ask(ask(place), read)
    infrared = await session.translate()
    assert isinstance(infrared, Infrared)
    await session.score(0, infrared.image, ["a", "b"])
    order = [(turn["node"], turn["caption"], turn["task"], turn["round"]) for turn in session.turns]
    wanted = [(place.node, place.caption, place.task, place.round) for place in places]
    assert order == [("translate", None, None, None), *wanted[:2], ("score", 0, None, None), *wanted[2:]]


async def test_thinking_is_kept_apart_and_comes_back_in_a_replay(desk: Desk) -> None:
    async def think(request: ChatRequest) -> ChatReply:
        text = ReplyText(text="a", thinking="hm", finish_reason="other")
        return ChatReply(texts=(text,), usage=Usage(requests=1), model="m", latency_ms=1)

    desk.chat.chat = think  # type: ignore[method-assign]
    first = desk.session()
    thought = await first.ask(ask(), lambda reply: reply)
    assert thought == await desk.session().ask(ask(), lambda reply: reply)
    assert first.turns[0]["thinking"] == ["hm"]
    assert first.turns[0]["finish_reason"] == "other"
