"""What one attempt at a sample does: recorded before it is used, replayed instead of done and paid again."""

import asyncio
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from irloom.engine.images import keep_bytes
from irloom.engine.journal import Segment, Turn
from irloom.engine.models import Folders, Models
from irloom.engine.session import Act, Reusable, Session, result_as
from irloom.engine.state import Admission
from irloom.engine.storage import dump_line
from irloom.engine.turns import sort_key
from irloom.errors import (
    EndpointError,
    EndpointGone,
    ModelReplyError,
    RunDirError,
    SourceError,
    StopRun,
    TranslationError,
)
from irloom.protocols import (
    Ask,
    ChatReply,
    ChatRequest,
    Place,
    Prompt,
    ReplyText,
    Unreadable,
    Usage,
)
from irloom.records import Fault, Row
from support.clock import settle

WRITE = Place("task", "write", "write", task="reasoning", round=1)
JUDGE = Place("debate", "judge", "judge", task="reasoning", round=1)
FILTER = Place("caption", "filter_caption", "filter", caption=0)
DRAW = Place("coder", "draw", "draw")
WEIGH = Place("coder", "weigh", "weigh", caption=0)
STAGES = ("draw", "filter", "weigh", "write", "judge", "mine")
TASKS = ("conversation", "reasoning", "description")


class Drawn(Row):
    """The files that an act made, named by the convention of `Act.work`."""

    image: str
    sha256: str
    plan: str | None = None
    plan_sha256: str | None = None


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


@dataclass
class Desk:
    """A run's folder with one sample, what its chat model was asked and what was done for it."""

    root: Path
    chat: FakeChat = field(default_factory=FakeChat)
    done: list[tuple[str, int]] = field(default_factory=list)
    """What was done, each with its seed."""
    wrong: Exception | None = None
    """What doing anything raises."""
    reusable: Reusable | None = None
    reuse: Path | None = None

    def __post_init__(self) -> None:
        for folder in (self.root / "journal", self.root / "images"):
            folder.mkdir(parents=True)
        self.folders = Folders(self.root, self.root / "visible", self.reuse)
        self.models = Models(chats={"caption": self.chat, "task": self.chat, "debate": self.chat})

    def session(self, attempt: int = 1, earlier: Mapping[str, Turn] | None = None, seed: int = 0) -> Session:
        segment = Segment(self.root / "journal", "A/1", attempt)
        admission = Admission("A/1", attempt, 0)
        return Session(
            "A/1", admission, seed, self.folders, self.models, segment, by_flow, earlier, self.reusable
        )

    def draw(self, code: str = "dot", plan: bool = False, place: Place = DRAW) -> Act[Drawn]:
        """Something that makes a file or two, another one each time that it is done."""

        async def work(seed: int) -> Turn:
            content = self._do(code, seed)
            made = {"image": "images/a.png", "sha256": self._keep("images/a.png", content)}
            if plan:
                made |= {"plan": "images/a.txt", "plan_sha256": self._keep("images/a.txt", content + "!")}
            return {"model": "pencil", "result": made}

        return Act(place, {"code": code, "plan": plan}, work, result_as(Drawn))

    def weigh(self, image: str) -> Act[float]:
        """Something that makes no file."""

        async def work(seed: int) -> Turn:
            self._do("weigh", seed)
            return {"weight": len(image) / 8}

        def read(turn: Turn) -> float:
            return float(turn["weight"])

        return Act(WEIGH, {"image": image}, work, read)

    def _do(self, what: str, seed: int) -> str:
        self.done.append((what, seed))
        if self.wrong is not None:
            raise self.wrong
        return f"{what} {len(self.done)}"

    def _keep(self, name: str, content: str) -> str:
        keep_bytes(self.root, name, content.encode())
        return hashlib.sha256(content.encode()).hexdigest()


def by_flow(turn: Turn) -> Any:
    return sort_key(turn, STAGES, TASKS)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "run")


def ask(place: Place = WRITE, user: str = "hello", n: int = 1, **more: Any) -> Ask:
    return Ask(place, Prompt("task/reasoning", "digest", "system", user, {"slot": user}), n=n, **more)


def read(reply: ReplyText) -> str:
    if "bad" in reply.text:
        raise ModelReplyError(f"cannot read {reply.text!r}")
    return reply.text


def read_form(reply: ReplyText) -> str | Unreadable:
    return Unreadable(reply.text, "wrong form") if "odd" in reply.text else reply.text


def earlier(session: Session) -> dict[str, Turn]:
    return {turn["key"]: turn for turn in session.turns}


def paid(session: Session) -> tuple[float, float, float]:
    usage = session.usage
    return usage["requests"], usage["prompt_tokens"], usage["completion_tokens"]


async def test_a_reply_is_recorded_with_everything_before_it_is_returned(desk: Desk) -> None:
    session = desk.session(seed=7)
    assert await session.ask(ask(temperature=0.8), read) == ("hello 1/0",)
    (turn,) = session.turns
    assert list(Segment(desk.root / "journal", "A/1", 1).load().values()) == [turn]
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
    drawn = await first.act(desk.draw())
    weight = await first.act(desk.weigh("a.png"))
    again = desk.session()
    assert [await again.ask(ask(place, n=2), read) for place in (WRITE, JUDGE)] == replies
    assert await again.act(desk.draw()) == drawn
    assert await again.act(desk.weigh("a.png")) == weight == 5 / 8
    assert (len(desk.chat.requests), len(desk.done)) == (2, 2)
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


async def test_a_question_goes_to_the_model_of_its_seat_else_of_its_agent(desk: Desk) -> None:
    other = FakeChat()
    desk.models = Models(chats={"task": desk.chat, "scorer": other})
    session = desk.session()
    await session.ask(ask(), read)
    await session.ask(ask(user="seat", seat="scorer"), read)
    assert [request.prompt.user for request in desk.chat.requests] == ["hello"]
    assert [request.prompt.user for request in other.requests] == ["seat"]
    assert [turn["agent"] for turn in session.turns] == ["task", "task"]


async def test_seeds_differ_by_place_and_repeat_exactly(desk: Desk, tmp_path: Path) -> None:
    async def seeds(desk: Desk, seed: int = 0) -> list[int]:
        for place in (WRITE, JUDGE, FILTER, Place("task", "write", "write", task="reasoning", round=2)):
            await desk.session(seed=seed).ask(ask(place), read)
        return [request.seed for request in desk.chat.requests]

    first = await seeds(desk)
    assert len(set(first)) == 4
    assert await seeds(Desk(tmp_path / "again")) == first
    assert not set(await seeds(Desk(tmp_path / "other"), seed=1)) & set(first)


async def test_an_act_is_recorded_with_its_place_and_what_it_said_before_its_result_is_used(
    desk: Desk,
) -> None:
    session = desk.session()
    drawn = await session.act(desk.draw())
    assert isinstance(drawn, Drawn)
    (turn,) = session.turns
    assert list(Segment(desk.root / "journal", "A/1", 1).load().values()) == [turn]
    assert (turn["agent"], turn["node"], turn["stage"], turn["index"], turn["repair"]) == (
        *("coder", "draw", "draw"),
        *(0, 0),
    )
    assert (turn["model"], turn["result"]) == ("pencil", drawn.model_dump(exclude_none=True))
    assert turn["latency_ms"] >= 0
    assert turn["time"]
    assert "usage" not in turn
    assert paid(session) == (0, 0, 0)


async def test_an_act_gets_a_seed_of_its_place_that_repeats_exactly(desk: Desk, tmp_path: Path) -> None:
    places = (DRAW, Place("coder", "draw", "draw", round=2), Place("coder", "sketch", "draw"))

    async def seeds(desk: Desk, seed: int = 0, attempt: int = 1) -> list[int]:
        for place in places:
            await desk.session(attempt, seed=seed).act(desk.draw(place=place))
        return [seed for _, seed in desk.done]

    first = await seeds(desk)
    assert len(set(first)) == 3
    assert await seeds(Desk(tmp_path / "again")) == first
    assert not set(await seeds(Desk(tmp_path / "other"), seed=1)) & set(first)
    assert not set(await seeds(Desk(tmp_path / "retry"), attempt=2)) & set(first)


async def test_another_content_or_place_is_another_act(desk: Desk) -> None:
    await desk.session().act(desk.draw())
    for act in (desk.draw("line"), desk.draw(place=Place("coder", "draw", "draw", round=2))):
        await desk.session().act(act)
    assert [what for what, _ in desk.done] == ["dot", "line", "dot"]


async def test_a_file_whose_bytes_changed_is_made_again(desk: Desk) -> None:
    drawn = await desk.session().act(desk.draw())
    assert isinstance(drawn, Drawn)
    path = desk.root / drawn.image
    path.write_bytes(path.read_bytes() + b"x")
    again = await desk.session().act(desk.draw())
    assert isinstance(again, Drawn)
    assert (len(desk.done), again.sha256 != drawn.sha256) == (2, True)
    path.unlink()
    assert isinstance(await desk.session().act(desk.draw()), Drawn)
    assert len(desk.done) == 3
    assert path.is_file()


async def test_every_file_of_an_act_has_to_be_there_unchanged(desk: Desk) -> None:
    drawn = await desk.session().act(desk.draw(plan=True))
    assert isinstance(drawn, Drawn)
    assert await desk.session().act(desk.draw(plan=True)) == drawn
    assert len(desk.done) == 1
    (desk.root / "images/a.txt").write_text("other")
    assert await desk.session().act(desk.draw(plan=True)) != drawn
    assert len(desk.done) == 2


async def test_a_session_knows_the_hashes_of_the_files_that_its_acts_made(desk: Desk) -> None:
    for session in (desk.session(), desk.session()):
        drawn = await session.act(desk.draw(plan=True))
        assert isinstance(drawn, Drawn)
        assert session.hash_of("images/a.png") == drawn.sha256
        assert session.hash_of("images/a.txt") == drawn.plan_sha256


async def test_an_act_that_failed_is_a_fault_and_done_again_only_in_a_retry(desk: Desk) -> None:
    desk.wrong = TranslationError("no ink")
    first = desk.session()
    fault = await first.act(desk.draw())
    assert fault == Fault(stage="draw", error="TranslationError", message="no ink")
    assert await desk.session().act(desk.draw()) == fault
    assert len(desk.done) == 1
    desk.wrong = None
    assert isinstance(await desk.session(2, earlier(first)).act(desk.draw()), Drawn)
    assert len(desk.done) == 2


async def test_an_unreadable_input_is_the_sources_fault_wherever_it_shows(desk: Desk) -> None:
    desk.wrong = SourceError("a.png is gone")
    fault = Fault(stage="source", error="SourceError", message="a.png is gone", caption=0)
    assert await desk.session().act(desk.weigh("a.png")) == fault
    assert await desk.session().act(desk.weigh("a.png")) == fault
    assert len(desk.done) == 1


async def test_an_act_that_stops_the_run_is_not_recorded(desk: Desk) -> None:
    desk.wrong = StopRun("the disk is full")
    session = desk.session()
    with pytest.raises(StopRun, match="the disk is full"):
        await session.act(desk.draw())
    assert session.turns == []
    assert Segment(desk.root / "journal", "A/1", 1).load() == {}


async def test_a_retry_keeps_what_an_act_made_while_it_is_whole(desk: Desk) -> None:
    first = desk.session()
    drawn, weight = await first.act(desk.draw()), await first.act(desk.weigh("a.png"))
    second = desk.session(2, earlier(first))
    assert await second.act(desk.draw()) == drawn
    assert await second.act(desk.weigh("a.png")) == weight
    assert len(desk.done) == 2
    assert [turn["paid_in"] for turn in second.turns] == [1, 1]
    (desk.root / "images/a.png").unlink()
    third = desk.session(3, earlier(first) | earlier(second))
    assert await third.act(desk.draw()) != drawn
    assert await third.act(desk.weigh("a.png")) == weight
    assert len(desk.done) == 3


async def test_what_an_older_run_made_is_taken_with_its_files_and_recorded_as_unpaid(
    desk: Desk, tmp_path: Path
) -> None:
    first = desk.session()
    drawn, weight = await first.act(desk.draw(plan=True)), await first.act(desk.weigh("a.png"))
    (reply,) = await first.ask(ask(), read)
    other = Desk(tmp_path / "other", reusable=Reusable(earlier(first), 1), reuse=desk.root)
    session = other.session()
    assert await session.act(other.draw(plan=True)) == drawn
    assert await session.act(other.weigh("a.png")) == weight
    assert await session.ask(ask(), read) == (reply,)
    assert (other.done, other.chat.requests) == ([], [])
    for name in ("images/a.png", "images/a.txt"):
        assert (other.root / name).read_bytes() == (desk.root / name).read_bytes()
    assert [turn["paid_in"] for turn in session.turns] == [0, 0, 0]
    assert paid(session) == (0, 0, 0)
    assert len(Segment(other.root / "journal", "A/1", 1).load()) == 3


async def test_a_repaired_reply_of_an_older_run_is_taken_with_its_repair(desk: Desk, tmp_path: Path) -> None:
    desk.chat.wrong = lambda request: "odd" if request.prompt.user == "hello" else None
    mended = ask(replace(WRITE, repair=1), "again")
    first = desk.session()
    said = [await first.ask(ask(), read_form), await first.ask(mended, read)]
    other = Desk(tmp_path / "other", reusable=Reusable(earlier(first), 1), reuse=desk.root)
    session = other.session()
    assert [await session.ask(ask(), read_form), await session.ask(mended, read)] == said
    assert other.chat.requests == []


async def test_an_older_run_cannot_have_files_written_outside_of_the_new_one(
    desk: Desk, tmp_path: Path
) -> None:
    first = desk.session()
    await first.act(desk.draw())
    loot = desk.root.parent / "loot.png"
    loot.write_bytes((desk.root / "images/a.png").read_bytes())
    (turn,) = earlier(first).values()
    turn["result"]["image"] = "../loot.png"
    other = Desk(tmp_path / "elsewhere" / "other", reusable=Reusable({turn["key"]: turn}, 1), reuse=desk.root)
    with pytest.raises(RunDirError, match="leads out of the run"):
        await other.session().act(other.draw())
    assert not (tmp_path / "elsewhere" / "loot.png").exists()


async def test_what_an_older_run_no_longer_holds_or_never_made_is_done_here(
    desk: Desk, tmp_path: Path
) -> None:
    first = desk.session()
    await first.act(desk.draw(plan=True))
    desk.wrong = TranslationError("no ink")
    await first.act(desk.weigh("a.png"))
    (desk.root / "images/a.txt").unlink()
    other = Desk(tmp_path / "other", reusable=Reusable(earlier(first), 1), reuse=desk.root)
    session = other.session()
    assert isinstance(await session.act(other.draw(plan=True)), Drawn)
    assert await session.act(other.weigh("a.png")) == 5 / 8
    assert len(other.done) == 2
    assert all("paid_in" not in turn for turn in session.turns)


async def test_images_are_sent_as_files_and_known_by_their_hash(desk: Desk) -> None:
    session = desk.session()
    drawn = await session.act(desk.draw())
    assert isinstance(drawn, Drawn)
    await session.ask(ask(images=(drawn.image,)), read)
    assert desk.chat.requests[0].images == (desk.root / drawn.image,)
    assert session.turns[-1]["images"] == [drawn.image]
    (desk.root / drawn.image).unlink()
    again = desk.session()
    await again.act(desk.draw())
    await again.ask(ask(images=(drawn.image,)), read)
    assert len(desk.chat.requests) == 2, "another picture under its name is another question"


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
    assert len(Segment(desk.root / "journal", "A/1", 1).load()) == 1
    with pytest.raises(asyncio.CancelledError):
        await desk.session().ask(ask(user="new"), read)
    assert len(desk.chat.requests) == 1, "after a drain nothing new is sent"
    assert await desk.session().ask(ask(), read) == ("hello 1/0",), "what came back is replayed"


async def test_cancelling_the_caller_lets_an_act_finish_and_be_recorded(desk: Desk) -> None:
    gate, act = asyncio.Event(), desk.draw()

    async def work(seed: int) -> Turn:
        await gate.wait()
        return await act.work(seed)

    caller = asyncio.create_task(desk.session().act(Act(act.place, act.content, work, act.read)))
    await settle()
    caller.cancel()
    await asyncio.gather(caller, return_exceptions=True)
    assert caller.cancelled()
    gate.set()
    await desk.models.sends.drain(10)
    assert isinstance(await desk.session().act(act), Drawn), "what was made is taken"
    assert len(desk.done) == 1


async def test_a_call_that_does_not_come_back_in_time_is_dropped(desk: Desk) -> None:
    desk.chat.gate = asyncio.Event()
    caller = asyncio.create_task(desk.session().ask(ask(), read))
    await settle()
    assert len(desk.chat.requests) == 1
    await desk.models.sends.drain(0.01)
    await asyncio.gather(caller, return_exceptions=True)
    assert caller.cancelled()
    assert Segment(desk.root / "journal", "A/1", 1).load() == {}


async def test_an_error_that_stops_the_run_is_raised_and_not_recorded(desk: Desk) -> None:
    def stop(request: ChatRequest) -> str:
        raise EndpointGone("nobody there")

    desk.chat.wrong = stop
    session = desk.session()
    with pytest.raises(EndpointGone, match="nobody there"):
        await session.ask(ask(), read)
    assert session.turns == []
    assert Segment(desk.root / "journal", "A/1", 1).load() == {}


async def test_turns_come_in_the_order_of_the_flow_whatever_the_order_of_arrival(desk: Desk) -> None:
    session = desk.session()
    places = [
        *(Place("caption", "filter_caption", "filter", caption=index) for index in range(2)),
        *(
            Place(agent, node, stage, task=task, round=round)
            for task in TASKS
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
    await session.act(desk.weigh("a.png"))
    await session.act(desk.draw())
    order = [(turn["node"], turn["caption"], turn["task"], turn["round"]) for turn in session.turns]
    wanted = [(place.node, place.caption, place.task, place.round) for place in places]
    assert order == [("draw", None, None, None), *wanted[:2], ("weigh", 0, None, None), *wanted[2:]]


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
