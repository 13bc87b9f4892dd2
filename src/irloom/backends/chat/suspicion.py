"""Tells a request that is refused for ever from one that was unlucky while the endpoint was throttling."""

import math
from dataclasses import dataclass

_BEYOND_CHANCE = math.log(1e-12)
"""Among two million requests, chance must never make a failed row."""


@dataclass(slots=True)
class Suspicion:
    """How likely chance would refuse one request so often, given what befell the others meanwhile."""

    refusals: int = 0
    _log_chance: float = 0.0
    _answered: int | None = None
    _refused: int = 0

    def add(self, answered: int, refused: int) -> None:
        """One more refusal; the counts are those of the whole endpoint so far, this refusal included."""
        if self._answered is not None:
            others_answered = answered - self._answered
            others_refused = refused - self._refused - 1
            # Where nobody was answered the share is 1: that a whole endpoint throttles says nothing.
            self._log_chance += math.log((others_refused + 1) / (others_refused + others_answered + 1))
        self.refusals += 1
        self._answered, self._refused = answered, refused

    def is_beyond_chance(self, patience: int) -> bool:
        """Whether the request itself must be what is refused; never before `patience` refusals."""
        return self.refusals > patience and self._log_chance < _BEYOND_CHANCE
