"""Tells a slow reply that waited in the server's queue from one that took so long by itself."""

from typing import Literal

Advice = Literal["more", "same", "fewer"]
"""How many requests should be out after a reply took so long."""

_SLOW_S, _SLOW_SHARE = 1.0, 1 / 32
_GROW_SHARE, _SHRINK_SHARE = 1 / 4, 1 / 2
"""Shares of `timeout_s`: below the first nobody is near it, above the second the next one may be late."""
_QUEUED, _LONG_QUEUED = 1.5, 2.0
"""How many times the shortest reply so far a reply takes that waited for others."""


class Slowness:
    """What is known of one endpoint's replies, against `timeout_s`."""

    def __init__(self, timeout_s: float) -> None:
        self._timeout_s = timeout_s
        self._shortest_s = float("inf")

    def is_slow(self, took_s: float) -> bool:
        """Whether a reply to a request that was out alone is slow enough to begin with few."""
        return took_s >= max(_SLOW_S, _SLOW_SHARE * self._timeout_s)

    def choose_first(self, took_s: float) -> int:
        """How many requests a server may answer one after the other in half of the time there is."""
        return max(2, int(self._timeout_s * _SHRINK_SHARE / took_s))

    def judge(self, took_s: float) -> Advice:
        """Take one reply's time into account."""
        self._shortest_s = min(self._shortest_s, took_s)
        if took_s > _SHRINK_SHARE * self._timeout_s and took_s > _LONG_QUEUED * self._shortest_s:
            return "fewer"
        if took_s > _GROW_SHARE * self._timeout_s and took_s > _QUEUED * self._shortest_s:
            return "same"
        return "more"
