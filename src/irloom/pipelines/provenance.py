"""Where rows come from: what all rows of a run carry, and those of one attempt."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Line = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Provenance:
    """What all rows of a run carry."""

    irloom: str
    seed: int
    models: Mapping[str, str]
    prompts: Mapping[str, tuple[str, str]]
    """Name and digest of the prompt that each task and agent uses; none for what is switched off."""

    def of(self, sample: str, attempt: int, rules: int) -> "SampleProvenance":
        """The provenance of one attempt at one sample."""
        return SampleProvenance(self, sample, attempt, rules)


@dataclass(frozen=True, slots=True)
class SampleProvenance:
    """What the rows of one attempt carry: `rules` is the version of the rule book that it saw."""

    run: Provenance
    sample: str
    attempt: int
    rules: int

    def tail(self, models: Sequence[str], prompts: Sequence[str]) -> Line:
        """The end of a row: who made it, with which prompts and seed."""
        return {
            "rules": self.rules,
            "attempt": self.attempt,
            "models": {name: self.run.models[name] for name in models if name in self.run.models},
            "prompts": dict(self.run.prompts[name] for name in prompts if name in self.run.prompts),
            "seed": self.run.seed,
            "irloom": self.run.irloom,
        }
