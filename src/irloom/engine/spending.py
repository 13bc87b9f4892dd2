"""Keeps a run inside its spending cap, over all its resumes, requests in flight counted at their worst.

What was spent is what commits and journal add up to, and what these cannot know: requests that left and
whose cost nobody told, because the reply was cut or late or the process was killed. Those count at their
worst, and `spending.json` remembers the sum.
"""

import asyncio
import os
from pathlib import Path
from types import TracebackType
from typing import Self

import orjson

from irloom.config import Budget, Price
from irloom.engine.odd_files import open_plain
from irloom.engine.storage import storing
from irloom.errors import BudgetSpent
from irloom.protocols import ChatRequest, Usage

CHARACTERS_A_TOKEN = 3
"""Fewer than English has, so that a prompt is rather counted too long."""
TOKENS_A_REQUEST = 300
"""For what a server adds to a prompt: its chat template, and the form of the reply."""
TOKENS_AN_IMAGE = 15_000
"""Most models count less than a tenth; gpt-4o-mini counts 14,167 for 640 x 512 pixels."""
TOKENS_A_REPLY = 4_096
"""Taken for a reply where the run sets no `max_tokens`."""


class SpendingFile:
    """`spending.json`: the most that a run can have spent, written before each request leaves."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with storing(str(path)):
            self._descriptor = open_plain(path, os.O_RDWR)

    def read(self) -> Usage:
        """What was written last; nothing for a new run."""
        with storing(str(self._path)):
            text = os.pread(self._descriptor, 4096, 0)
        try:
            return Usage.model_validate(orjson.loads(text))
        except ValueError:
            return Usage()  # new, or torn by a power cut: then commits and journal are all that is known

    def write(self, most: Usage) -> None:
        """Replace it in place: so short a write is not torn by a kill."""
        with storing(str(self._path)):
            os.pwrite(self._descriptor, orjson.dumps(most.model_dump()).ljust(200) + b"\n", 0)

    def close(self) -> None:
        """Close the file."""
        os.close(self._descriptor)


class Spending:
    """What a run has spent, and what is held for the requests that it is about to make."""

    def __init__(self, budget: Budget, spent: Usage) -> None:
        self.spent = spent
        """What is on its way is in it at its worst."""
        self._granted = self.spent
        """`spent`, and what is held for requests that have not left."""
        self._budget = budget
        self._file: SpendingFile | None = None
        self._holders = 0
        self._changed = asyncio.Event()

    def keep_in(self, file: SpendingFile) -> None:
        """Remember what is spent from now on; what the file knows counts where it is more."""
        self.spent = self._granted = _the_larger(self.spent, file.read())
        self._file = file

    def close(self) -> None:
        """Remember what was spent in the end."""
        if self._file is not None:
            self._file.write(self.spent)
            self._file.close()
            self._file = None

    async def hold(self, worst: Usage) -> None:
        """Hold `worst` for one request; BudgetSpent if it does not fit and nobody else holds anything.

        While others do it waits for them, since they mostly cost less than was held.
        """
        while passed := self._passed(self._granted + worst):
            if not self._holders:
                raise BudgetSpent(self._explain(passed))
            await self._changed.wait()
        self._granted += worst
        self._holders += 1

    def leave(self, worst: Usage) -> None:
        """A request leaves; remembered first, since nobody may be left to put down what it cost."""
        self.spent += worst
        if self._file is not None:
            self._file.write(self.spent)

    def settle(self, worst: Usage, cost: Usage) -> None:
        """Put down what a request cost that had left."""
        saved = _subtract(worst, cost)
        self.spent = _subtract(self.spent, saved)
        self._granted = _subtract(self._granted, saved)

    def let_go(self, unused: Usage | None = None) -> None:
        """End a hold; `unused` is all of it where its request never left."""
        if unused is not None:
            self._granted = _subtract(self._granted, unused)
        self._holders -= 1
        self._changed.set()
        self._changed = asyncio.Event()

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

    def _explain(self, passed: list[str]) -> str:
        spent = self.spent
        return (
            f"the next request could pass the spending cap of {' and '.join(passed)}. Spent: "
            f"{spent.requests:,} requests, {spent.prompt_tokens + spent.completion_tokens:,} tokens, "
            f"${spent.cost_usd:,.4f}, with replies that were lost at their worst. "
            "Resume with a higher --max-requests, --max-tokens or --max-cost."
        )


class ModelPurse:
    """The `Purse` of one chat model, out of the spending of the whole run."""

    def __init__(self, spending: Spending, max_tokens: int | None, price: Price | None) -> None:
        self._spending = spending
        self._max_tokens = max_tokens
        self._price = price

    def reserve(self, request: ChatRequest, n: int) -> "Hold":
        """Hold the most that asking once for `n` replies can cost, as long as the block lasts."""
        worst = count_worst(request, n, self._max_tokens)
        if self._price is not None:
            worst = worst.model_copy(update={"cost_usd": self._price.worst(worst)})
        return Hold(self._spending, worst, self._price)


class Hold:
    """The `Payment` of one request."""

    def __init__(self, spending: Spending, worst: Usage, price: Price | None) -> None:
        self._spending = spending
        self._worst = worst
        self._price = price
        self._left = self._settled = False

    async def __aenter__(self) -> Self:
        await self._spending.hold(self._worst)
        return self

    def leave(self) -> None:
        """The request leaves."""
        self._left = True
        self._spending.leave(self._worst)

    def settle(self, usage: Usage | None) -> None:
        """Put down what it cost; its worst where nobody says."""
        self._settled = True
        self._spending.settle(self._worst, self._worst if usage is None else charge(usage, self._price))

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._left and not self._settled:
            self.settle(None)
        self._spending.let_go(None if self._left else self._worst)


def count_worst(request: ChatRequest, n: int, max_tokens: int | None) -> Usage:
    """The most that a request can cost: its prompt counted generously, every reply at `max_tokens`."""
    text = request.prompt.system + request.prompt.user
    beyond_ascii = len(text.encode("utf-8", "replace")) - len(text)
    prompt = len(text) // CHARACTERS_A_TOKEN + beyond_ascii + TOKENS_A_REQUEST
    prompt += TOKENS_AN_IMAGE * len(request.images)
    completion = n * (request.max_tokens or max_tokens or TOKENS_A_REPLY)
    return Usage(requests=1, prompt_tokens=prompt, completion_tokens=completion)


def charge(usage: Usage, price: Price | None) -> Usage:
    """The usage with its cost, 0 where no price is known."""
    if price is None:
        return usage
    return usage.model_copy(update={"cost_usd": price.cost(usage)})


def _subtract(total: Usage, part: Usage) -> Usage:
    return Usage(
        requests=total.requests - part.requests,
        prompt_tokens=total.prompt_tokens - part.prompt_tokens,
        completion_tokens=total.completion_tokens - part.completion_tokens,
        cost_usd=round(total.cost_usd - part.cost_usd, 9),
        cached_tokens=total.cached_tokens - part.cached_tokens,
    )


def _the_larger(one: Usage, other: Usage) -> Usage:
    return Usage(
        requests=max(one.requests, other.requests),
        prompt_tokens=max(one.prompt_tokens, other.prompt_tokens),
        completion_tokens=max(one.completion_tokens, other.completion_tokens),
        cost_usd=max(one.cost_usd, other.cost_usd),
    )
