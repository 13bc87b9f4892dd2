"""Keeps a run inside its spending cap, requests in flight counted at their worst."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from irloom.config import Budget, Price
from irloom.errors import BudgetSpent
from irloom.ports import ChatRequest, Usage

CHARACTERS_A_TOKEN = 3
"""Fewer than English has, so that a prompt is rather counted too long."""
TOKENS_AN_IMAGE = 1_500
TOKENS_A_REPLY = 4_096
"""Taken for a reply where the run sets no `max_tokens`."""


class Spending:
    """What a run has spent, over all resumes, and what is reserved for requests in flight."""

    def __init__(self, budget: Budget, spent: Usage) -> None:
        self.spent = spent
        self._budget = budget
        self._reserved = Usage()
        self._in_flight = 0
        self._changed = asyncio.Condition()

    @asynccontextmanager
    async def reserve(self, worst: Usage) -> AsyncIterator["Bill"]:
        """Hold `worst` until the bill is known; BudgetSpent if it does not fit and nothing is in flight.

        While others are in flight it waits for them, since they mostly cost less than was reserved.
        """
        async with self._changed:
            await self._changed.wait_for(lambda: self._fits(worst) or not self._in_flight)
            if not self._fits(worst):
                raise BudgetSpent(self._explain(worst))
            self._reserved += worst
            self._in_flight += 1
        bill = Bill()
        try:
            yield bill
        finally:
            self._reserved = _subtract(self._reserved, worst)
            self._in_flight -= 1
            self.spent += bill.usage
            async with self._changed:
                self._changed.notify_all()

    def _fits(self, worst: Usage) -> bool:
        return not self._passed(self.spent + self._reserved + worst)

    def _passed(self, total: Usage) -> list[str]:
        budget = self._budget
        tokens = total.prompt_tokens + total.completion_tokens
        passed = []
        if budget.requests is not None and total.requests > budget.requests:
            passed.append(f"{budget.requests:,} requests")
        if budget.tokens is not None and tokens > budget.tokens:
            passed.append(f"{budget.tokens:,} tokens")
        if budget.cost_usd is not None and total.cost_usd > budget.cost_usd:
            passed.append(f"${budget.cost_usd:,.2f}")
        return passed

    def _explain(self, worst: Usage) -> str:
        spent, caps = self.spent, " and ".join(self._passed(self.spent + worst))
        return (
            f"the next request could pass the spending cap of {caps}. Spent: "
            f"{spent.requests:,} requests, {spent.prompt_tokens + spent.completion_tokens:,} tokens, "
            f"${spent.cost_usd:,.4f}. Resume with a higher --max-requests, --max-tokens or --max-cost."
        )


class Bill:
    """What a request cost in the end; nothing if it was never answered."""

    def __init__(self) -> None:
        self.usage = Usage()


def count_worst(request: ChatRequest, max_tokens: int | None, price: Price | None) -> Usage:
    """The most that a request can cost: its prompt counted generously, every reply at `max_tokens`."""
    characters = len(request.prompt.system) + len(request.prompt.user)
    prompt = characters // CHARACTERS_A_TOKEN + 1 + TOKENS_AN_IMAGE * len(request.images)
    completion = request.n * (request.max_tokens or max_tokens or TOKENS_A_REPLY)
    return charge(Usage(requests=1, prompt_tokens=prompt, completion_tokens=completion), price)


def charge(usage: Usage, price: Price | None) -> Usage:
    """The usage with its cost, 0 where no price is known."""
    if price is None:
        return usage
    cost = usage.prompt_tokens * price.prompt_usd + usage.completion_tokens * price.completion_usd
    return usage.model_copy(update={"cost_usd": round(cost / 1_000_000, 9)})


def _subtract(total: Usage, part: Usage) -> Usage:
    return Usage(
        requests=total.requests - part.requests,
        prompt_tokens=total.prompt_tokens - part.prompt_tokens,
        completion_tokens=total.completion_tokens - part.completion_tokens,
        cost_usd=round(total.cost_usd - part.cost_usd, 9),
    )
