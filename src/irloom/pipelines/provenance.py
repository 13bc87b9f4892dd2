"""Where rows come from: what all rows of a run carry, and those of one attempt."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from irloom.engine.journal import Turn
from irloom.engine.turns import answered_by

Line = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Provenance:
    """What all rows of a run carry."""

    irloom: str
    seed: int
    models: Mapping[str, str]
    prompts: Mapping[str, tuple[str, str]]
    """Name and digest of the prompt that each task and agent uses; none for what is switched off."""

    def of(self, sample: str, attempt: int, rules: int, turns: Sequence[Turn]) -> "SampleProvenance":
        """The provenance of one attempt at one sample, which made these calls."""
        return SampleProvenance(self, sample, attempt, rules, turns)


@dataclass(frozen=True, slots=True)
class SampleProvenance:
    """What the rows of one attempt carry: `rules` is the version of the rule book that it saw."""

    run: Provenance
    sample: str
    attempt: int
    rules: int
    turns: Sequence[Turn]

    def tail(self, models: Sequence[str], prompts: Sequence[str], task: str | None = None) -> Line:
        """The end of a row: who made it, with which prompts and seed; `task` where it is a row of one.

        `models` are those that were asked, `answered_by` the names that they answered with.
        """
        return {
            "rules": self.rules,
            "attempt": self.attempt,
            "models": {name: self.run.models[name] for name in models if name in self.run.models},
            "answered_by": answered_by(self.turns, models, task),
            "prompts": dict(self.run.prompts[name] for name in prompts if name in self.run.prompts),
            "seed": self.run.seed,
            "irloom": self.run.irloom,
        }
