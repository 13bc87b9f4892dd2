"""How many requests may be in flight: the control law, without queue, clock or network.

It grows with every reply (doubling per round, then by a fiftieth or by one a round) as long as the limit
is in use, and shrinks once per episode of overload. The level that failed is kept as a ceiling and
tried again only after a while, and later each time that it fails again.
"""

START = 16
_KEPT = 0.9
"""Share of the level that failed which is sent at once again: replies free places quickly."""
_LEAST_KEPT = 0.5
_RAMP_BELOW = 0.75
"""Below this share of the ceiling there is nothing to be careful about."""
_FIRST_PATIENCE_S, _LONGEST_FIRST_PATIENCE_S = 1.0, 120.0
_PAUSES_BETWEEN_PROBES = 10.0
_PATIENCE_GROWTH = 8.0
_LATE_SHARE, _LATE_COUNT, _LATE_WINDOW = 0.2, 3, 50
_KEPT_WHEN_LATE = 0.7


class Window:
    """The limit, between 1 and `maximum`."""

    def __init__(self, maximum: int, start: int = START) -> None:
        self._maximum = float(maximum)
        self._start = min(float(start), self._maximum)
        self._limit = self._start
        self._ceiling: float | None = None
        self._probe_at = 0.0
        self._patience_s = 0.0
        self._cut_at = float("-inf")
        self._floor = 1.0
        self._good = self._late = 0

    @property
    def limit(self) -> int:
        """Requests that may be in flight."""
        return int(self._limit)

    @property
    def ceiling(self) -> int | None:
        """The highest level that is known to go well below one that failed; None where nothing failed."""
        return None if self._ceiling is None else int(self._ceiling)

    @property
    def ramping(self) -> bool:
        """Whether it grows so fast that what is sent should be spread over time."""
        if self._limit >= self._maximum:
            return False
        return self._ceiling is None or self._limit < _RAMP_BELOW * self._ceiling

    def answer(self, now_s: float, pressed: bool) -> None:
        """A reply came; `pressed` says that the limit was in use when it was asked for."""
        self._count(late=False)
        if not pressed:
            return
        step = 1.0 if self.ramping else max(1.0, self._limit / 50) / self._limit
        top = self._maximum
        if self._ceiling is not None and now_s < self._probe_at:
            top = max(self._limit, min(top, self._ceiling))
        self._limit = min(self._limit + step, top)
        if self._ceiling is not None and self._limit >= max(self._ceiling + 2, self._ceiling * 1.1):
            self._ceiling, self._patience_s = None, 0.0

    def refuse(self, now_s: float, sent_s: float, level: int, pause_s: float) -> None:
        """The endpoint was too busy for the `level`-th request in flight, and asks for a pause."""
        if sent_s > self._cut_at:
            self._begin_episode(now_s, level, pause_s)
        elif self._ceiling is not None:
            self._ceiling = max(1.0, min(self._ceiling, level - 1.0))
        self._limit = max(self._floor, min(self._limit, _KEPT * level))

    def miss(self, now_s: float, sent_s: float) -> None:
        """A reply did not come in time: overload only where it happens to many."""
        self._count(late=True)
        many = self._late >= _LATE_COUNT and self._late >= _LATE_SHARE * (self._late + self._good)
        if many and sent_s > self._cut_at:
            self.ease(now_s)

    def ease(self, now_s: float) -> None:
        """Replies have become slow: send less, without calling any level wrong for long."""
        self._cut_at = now_s
        self._good = self._late = 0
        self._ceiling = max(self._limit, 1.0)
        self._probe_at = now_s + _FIRST_PATIENCE_S
        self._limit = max(1.0, self._limit * _KEPT_WHEN_LATE)

    def restart(self) -> None:
        """Begin anew, after the endpoint was away."""
        self._limit = min(self._limit, self._start)
        self._ceiling, self._patience_s = None, 0.0

    def _begin_episode(self, now_s: float, level: int, pause_s: float) -> None:
        failed = level - 1.0
        base_s = min(max(_FIRST_PATIENCE_S, _PAUSES_BETWEEN_PROBES * pause_s), _LONGEST_FIRST_PATIENCE_S)
        again = self._ceiling is not None and failed >= 0.8 * self._ceiling
        longer_s = 2 * self._patience_s if again and now_s >= self._probe_at else self._patience_s
        self._patience_s = min(max(base_s, longer_s if again else 0.0), _PATIENCE_GROWTH * base_s)
        self._probe_at = now_s + pause_s + self._patience_s
        self._cut_at = now_s
        # Where not even one request was taken, the trouble is not how many there are at once.
        self._ceiling = failed if level > 1 else None
        self._floor = max(1.0, self._limit * _LEAST_KEPT)
        self._good = self._late = 0

    def _count(self, late: bool) -> None:
        if self._good + self._late >= max(_LATE_WINDOW, 2 * self._limit):
            self._good, self._late = self._good // 2, self._late // 2
        self._late += late
        self._good += not late
