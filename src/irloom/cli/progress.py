"""Shows how a run goes: a bar on a terminal, a line now and then elsewhere."""

import sys
import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Self

from rich.console import Console
from rich.live import Live
from rich.text import Text

from irloom.engine.summary import Summary
from irloom.pipelines.shares import tell_kept
from irloom.views.terminal import say

LINE_EVERY_S = 15.0


class Progress:
    """Counts commits of this invocation on top of what the run had before.

    `total` are the samples that the run has in the end, `left` those of them that are still to be done,
    retries included. Under a `refresh` a sample that is done again takes the place of what it was.
    """

    def __init__(
        self,
        summary: Summary,
        total: int,
        left: int,
        quiet: bool,
        share: Callable[[Summary], str] = tell_kept,
        refresh: bool = False,
    ) -> None:
        self._refresh = refresh
        self._summary = summary
        self._share = share
        self._total = total
        self._left = left
        self._began = time.monotonic()
        self._here = 0
        self._requests = 0
        self._quiet = quiet
        self._said = self._began
        self._live: Live | None = None

    def __enter__(self) -> Self:
        if not self._quiet and sys.stderr.isatty():
            self._live = Live(console=Console(stderr=True), refresh_per_second=4, get_renderable=self._render)
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        if self._live is not None:
            self._live.stop()

    def report(self, event: Mapping[str, Any]) -> None:
        """Take a commit into account."""
        self._summary.take(event, keep=(event["sample"],) if self._refresh else ())
        self._here += 1
        self._requests += event["usage"]["requests"]
        elapsed = time.monotonic() - self._said
        if not self._quiet and self._live is None and elapsed > LINE_EVERY_S:
            self._said = time.monotonic()
            say(self.line())

    def line(self) -> str:
        """The state in one line."""
        elapsed_s = max(time.monotonic() - self._began, 1e-3)
        left = max(self._left - self._here, 0)
        left_s = left * elapsed_s / self._here if self._here else None
        tokens = self._summary.usage["prompt_tokens"] + self._summary.usage["completion_tokens"]
        parts = [
            f"{self._total - left:,} of {self._total:,} samples",
            f"{self._here / elapsed_s:.2f} samples/s",
            f"{self._requests / elapsed_s:.1f} requests/s",
            self._share(self._summary),
            f"{tokens:,} tokens",
            f"${self._summary.usage['cost_usd']:,.2f}" if self._summary.usage["cost_usd"] else "",
            f"{self._summary.outcomes['failed']} failed",
            f"{_duration(left_s)} left" if left_s is not None else "",
        ]
        return " · ".join(part for part in parts if part)

    def _render(self) -> Text:
        return Text(self.line(), overflow="ellipsis", no_wrap=False)


def indexing_reporter(quiet: bool) -> Callable[[str, int, int], None]:
    """Say now and then how far the index of captions and boxes is."""
    said = time.monotonic()

    def report(what: str, done: int, total: int) -> None:
        nonlocal said
        if not quiet and time.monotonic() - said > 2.0:
            said = time.monotonic()
            say(f"{what}: {done / 1e6:,.0f} of {total / 1e6:,.0f} MB")

    return report


def counting_reporter() -> Callable[[str, int, int], None]:
    """Say now and then how far something that takes long is; nothing of what is done soon."""
    said = time.monotonic()

    def report(what: str, done: int, total: int) -> None:
        nonlocal said
        if time.monotonic() - said > 2.0:
            said = time.monotonic()
            say(f"{what}: {done:,} of {total:,}")

    return report


def _duration(seconds: float) -> str:
    hours, rest = divmod(int(seconds), 3600)
    minutes, seconds = divmod(rest, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min {seconds:02} s"
