"""What a run may spend: held at its worst before a request leaves, put down when its cost is known."""

import asyncio
from pathlib import Path

import pytest

from irloom.config import Budget, Price
from irloom.engine.spending import ModelPurse, Spending, SpendingFile, count_worst
from irloom.errors import BudgetSpent
from irloom.protocols import ChatRequest, Prompt, Usage
from support.clock import settle

PRICE = Price(prompt_usd=1.0, completion_usd=10.0)
CHEAP = Usage(requests=1, prompt_tokens=10, completion_tokens=5)


def a_request(user: str = "word " * 60, **more: object) -> ChatRequest:
    return ChatRequest(Prompt("p", "d", "", user, {}), seed=1, **more)  # type: ignore[arg-type]


WORST = count_worst(a_request(), 1, 100)


def a_purse(spending: Spending, price: Price | None = None) -> ModelPurse:
    return ModelPurse(spending, 100, price)


async def buy(purse: ModelPurse, cost: Usage | None = CHEAP, n: int = 1) -> None:
    async with purse.reserve(a_request(), n) as payment:
        payment.leave()
        payment.settle(cost)


async def be_cancelled_after_leaving(purse: ModelPurse) -> None:
    async with purse.reserve(a_request(), 1) as payment:
        payment.leave()
        raise asyncio.CancelledError


@pytest.mark.parametrize(
    "budget",
    [
        Budget(requests=3),
        Budget(tokens=2 * 15 + WORST.prompt_tokens + WORST.completion_tokens),
        Budget(cost_usd=(2 * 60 + WORST.prompt_tokens + 10 * WORST.completion_tokens) / 1e6),
    ],
    ids=["requests", "tokens", "cost"],
)
async def test_the_last_request_that_fits_at_its_worst_is_granted_and_the_next_is_not(budget: Budget) -> None:
    spending = Spending(budget, Usage())
    for _ in range(3):
        await buy(a_purse(spending, PRICE))
    with pytest.raises(BudgetSpent, match="3 requests, 45 tokens"):
        await buy(a_purse(spending, PRICE))
    assert spending.spent.requests == 3


async def test_a_request_that_never_left_costs_nothing() -> None:
    spending = Spending(Budget(requests=1), Usage())
    async with a_purse(spending).reserve(a_request(), 1):
        pass
    await buy(a_purse(spending))
    assert spending.spent == CHEAP


async def test_a_request_whose_cost_nobody_tells_counts_at_its_worst() -> None:
    spending = Spending(Budget(), Usage())
    await buy(a_purse(spending), None)
    with pytest.raises(asyncio.CancelledError):
        await be_cancelled_after_leaving(a_purse(spending))
    assert spending.spent == WORST + WORST


async def test_a_request_waits_while_others_hold_what_they_may_not_need() -> None:
    spending = Spending(Budget(tokens=WORST.prompt_tokens + WORST.completion_tokens + 15), Usage())
    purse = a_purse(spending)
    async with purse.reserve(a_request(), 1) as first:
        second = asyncio.create_task(buy(purse))
        await settle()
        assert not second.done()
        first.leave()
        first.settle(CHEAP)
    await second
    assert spending.spent == CHEAP + CHEAP


async def test_many_that_wait_for_more_than_is_left_are_all_refused() -> None:
    spending = Spending(Budget(requests=4), Usage())
    results = await asyncio.gather(*(buy(a_purse(spending)) for _ in range(20)), return_exceptions=True)
    assert [type(result) for result in results if result is not None] == [BudgetSpent] * 16
    assert spending.spent.requests == 4


async def test_every_reply_of_a_request_is_held_at_max_tokens() -> None:
    worst = count_worst(a_request(), 5, 100)
    assert worst.completion_tokens == 500
    assert count_worst(a_request(max_tokens=7), 5, 100).completion_tokens == 35
    assert count_worst(a_request(), 1, None).completion_tokens == 4096


def test_a_prompt_is_counted_at_more_tokens_than_any_tokenizer_would() -> None:
    english, chinese = "The dog lies there. " * 50, "狗躺在木凳旁边的草地上。" * 50
    assert count_worst(a_request(english), 1, 1).prompt_tokens > len(english) / 4
    assert count_worst(a_request(chinese), 1, 1).prompt_tokens > 2 * len(chinese)
    pictured = count_worst(a_request(images=(Path("a.png"),)), 1, 1)
    assert pictured.prompt_tokens - count_worst(a_request(), 1, 1).prompt_tokens > 14_167


async def test_what_was_on_its_way_when_the_process_died_counts_at_its_worst(tmp_path: Path) -> None:
    file = tmp_path / "spending.json"
    killed = Spending(Budget(), Usage(), SpendingFile(file))
    await buy(a_purse(killed))
    payment = a_purse(killed).reserve(a_request(), 1)
    await payment.__aenter__()
    payment.leave()
    waiting = a_purse(killed).reserve(a_request(), 1)
    await waiting.__aenter__()
    resumed = Spending(Budget(), CHEAP, SpendingFile(file))
    assert resumed.spent == CHEAP + WORST, "what had not left is not counted"
    await buy(a_purse(resumed))
    resumed.close()
    assert Spending(Budget(), CHEAP + CHEAP, SpendingFile(file)).spent == CHEAP + CHEAP + WORST


async def test_a_clean_end_leaves_nothing_reserved(tmp_path: Path) -> None:
    spending = Spending(Budget(), Usage(), SpendingFile(tmp_path / "spending.json"))
    await buy(a_purse(spending, PRICE), n=5)
    spending.close()
    spending.close()
    found = Spending(Budget(), Usage(), SpendingFile(tmp_path / "spending.json")).spent
    assert found == CHEAP.model_copy(update={"cost_usd": 60 / 1e6})


@pytest.mark.parametrize("content", [b"", b"\0" * 200, b'{"requests": 1', b"[]"])
def test_a_file_that_a_power_cut_tore_leaves_what_commits_and_journal_know(
    content: bytes, tmp_path: Path
) -> None:
    (tmp_path / "spending.json").write_bytes(content)
    assert Spending(Budget(), CHEAP, SpendingFile(tmp_path / "spending.json")).spent == CHEAP
