"""How many requests may be in flight: the control law, without queue, clock or network.

It starts at all that the user allows. One refusal says little, as some endpoints refuse one request in ten
whatever the load. A level is too high where most of the requests that were sent at it or above come back
refused: then the limit goes below it. That level is kept as a ceiling: below it the limit grows quickly,
above it slowly, and only after a while that is longer each time.
"""

from collections import deque
from dataclasses import dataclass

_AFTER_OUTAGE = 16
_REFUSED_SHARE, _IN_A_ROW = 0.5, 8
"""A level is too high where more than this share is refused, by as much as so many in a row are. An endpoint
that is full refuses them all; chance that refuses one in five looks so once in 100,000 requests."""
_LEAST_RECENT = 64
_KEPT, _KEPT_AGAIN = 0.9, 0.33
"""Share of the ceiling that is sent at once, and where that was refused too."""
_NEAR = 0.75
"""Below this share of the ceiling there is nothing to be careful about."""
_FIRST_PATIENCE_S, _LONGEST_FIRST_PATIENCE_S = 1.0, 60.0
_PAUSES_BETWEEN_PROBES = 10.0
_PATIENCE_GROWTH = 16.0


@dataclass(slots=True, eq=False)
class Sent:
    """A request that went out as the `level`-th in flight; `pressed` where it used up the limit."""

    number: int
    level: int
    pressed: bool
    refused: bool = False
    """Or late."""


class Window:
    """The limit, between 1 and `maximum`."""

    def __init__(self, maximum: int) -> None:
        self._maximum = self._limit = float(maximum)
        self._ceiling: float | None = None
        self._patience_s = self._probe_s = 0.0
        """How long the ceiling is left alone, and until when."""
        self._sent = self._past = 0
        """Requests so far, and those that were sent under another limit, of which enough is known."""
        self._recent: deque[Sent] = deque(maxlen=max(_LEAST_RECENT, 2 * maximum))

    @property
    def limit(self) -> int:
        """Requests that may be in flight."""
        return int(self._limit)

    def send(self, level: int, pressed: bool) -> Sent:
        """One more request goes out."""
        self._sent += 1
        sent = Sent(self._sent, level, pressed)
        self._recent.append(sent)
        return sent

    def answer(self, now_s: float, sent: Sent) -> None:
        """A reply came: the limit grows if it is in use."""
        if not sent.pressed or sent.number <= self._past:
            return
        if self._ceiling is None or self._limit < _NEAR * self._ceiling:
            self._limit = min(self._limit + 1, self._maximum)  # doubles in a round
            return
        held = now_s < self._probe_s and self._limit <= self._ceiling
        step = max(1.0, self._limit / 50) / self._limit
        self._limit = min(self._limit + step, self._ceiling if held else self._maximum)
        if self._limit >= max(self._ceiling + 2, self._ceiling * 1.1):
            self._ceiling = None

    def refuse(self, now_s: float, sent: Sent, pause_s: float = 0.0) -> None:
        """A request was refused; there is no doubt about its level where the endpoint asks for a pause."""
        self._discount(sent)
        self.miss(now_s, sent, pause_s)

    def miss(self, now_s: float, sent: Sent, pause_s: float = 0.0) -> None:
        """A reply did not come in time: that says as much as a refusal."""
        sent.refused = True
        if sent.number > self._past and (pause_s or self._is_too_high(sent.level)):
            self._lower(now_s, sent.level - 1.0, pause_s)

    def begin_at(self, limit: int) -> None:
        """Begin lower than the user allows, where the first reply says that many would have to queue."""
        self._limit = max(1.0, min(self._limit, float(limit)))

    def bound(self, maximum: int) -> None:
        """Never allow more than this."""
        self._maximum = max(1.0, min(self._maximum, float(maximum)))
        self._limit = min(self._limit, self._maximum)

    def ease(self, sent: Sent) -> None:
        """A reply came, and so late that others must have been before it: allow one fewer."""
        if sent.number > self._past:
            self._limit = max(1.0, min(self._limit, sent.level) - 1)
            self._forget()

    def restart(self) -> None:
        """Begin anew and low, after the endpoint was away."""
        self._limit = min(self._limit, _AFTER_OUTAGE)
        self._ceiling, self._patience_s = None, 0.0
        self._forget()

    def _discount(self, refused: Sent) -> None:
        """What was sent while this was on its way back had one fewer at the endpoint than it seemed."""
        for sent in self._recent:
            sent.level -= sent.number > refused.number

    def _is_too_high(self, level: int) -> bool:
        """Whether most of what was sent at this level or above was refused, at any time under this limit."""
        most = excess = 0.0
        for sent in self._recent:
            if sent.level >= level:
                excess = max(0.0, excess + sent.refused - _REFUSED_SHARE)
                most = max(most, excess)
        return most >= _IN_A_ROW * (1 - _REFUSED_SHARE)

    def _lower(self, now_s: float, ceiling: float, pause_s: float) -> None:
        """Go below a level that failed, and leave it alone for longer each time."""
        too_early = self._ceiling is not None and now_s < self._probe_s
        shortest_s = min(max(_FIRST_PATIENCE_S, _PAUSES_BETWEEN_PROBES * pause_s), _LONGEST_FIRST_PATIENCE_S)
        patience_s = self._patience_s if too_early else 2 * self._patience_s
        self._patience_s = min(max(shortest_s, patience_s), _PATIENCE_GROWTH * shortest_s)
        self._probe_s = now_s + pause_s + self._patience_s
        self._limit = max(1.0, min(self._limit, ceiling * (_KEPT_AGAIN if too_early else _KEPT)))
        # Where not even one request was taken, the trouble is not how many there are at once.
        self._ceiling = ceiling if ceiling >= 1 else None
        self._forget()

    def _forget(self) -> None:
        self._past = self._sent
        self._recent.clear()
