"""Tells the user that an endpoint makes the run wait: once, for how long and in whose words."""

from collections.abc import Callable

_LONG_S = 5.0
"""A shorter pause is not worth a line."""
_UNANSWERED_S = 10.0
"""Short pauses are, once they add up to this without a reply."""
_SILENT_S = 60.0


class ThrottleNotice:
    """One line where an endpoint throttles, and no second one soon."""

    def __init__(self, name: str, notify: Callable[[str], None]) -> None:
        self._name = name
        self._notify = notify
        self._since_s: float | None = None
        self._quiet_until_s = float("-inf")

    def answer(self) -> None:
        """A reply came."""
        self._since_s = None

    def refuse(self, said: str, wait_s: float, now_s: float) -> None:
        """A request was refused, and the next one goes out in `wait_s`."""
        if self._since_s is None:
            self._since_s = now_s
        waited_s = now_s - self._since_s
        if now_s < self._quiet_until_s or (wait_s < _LONG_S and waited_s < _UNANSWERED_S):
            return
        self._quiet_until_s = now_s + max(_SILENT_S, wait_s)
        how_long = f"waiting {wait_s:.0f} s" if wait_s >= 1 else f"no reply for {waited_s:.0f} s, asking on"
        self._notify(f"The endpoint {self._name} takes no more requests now ({said}): {how_long}.")
