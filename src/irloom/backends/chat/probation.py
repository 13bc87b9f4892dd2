"""Until an endpoint has answered, it gets one request at a time: a wrong key costs one request."""

import asyncio
from contextlib import AsyncExitStack


class Probation:
    """What the first requests to an endpoint share; `over` once one of them was answered."""

    def __init__(self) -> None:
        self.over = False
        self._turn = asyncio.Lock()

    async def wait(self, turn: AsyncExitStack) -> None:
        """Wait for a turn, which ends when `turn` is closed; at once where there is nothing to prove."""
        if not self.over:
            await turn.enter_async_context(self._turn)
        if self.over:
            await turn.aclose()
