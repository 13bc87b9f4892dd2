"""Gathers what rows say of how they were made, for the data card."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from irloom.export.languages import name_language, tell_language


@dataclass(slots=True)
class Facts:
    """Counts over the rows of a data set."""

    rows: int = 0
    samples: set[str] = field(default_factory=set)
    tasks: Counter[str] = field(default_factory=Counter)
    models: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    """By role, by how many rows."""
    prompts: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    """Digests of texts by the prompt's name."""
    versions: Counter[str] = field(default_factory=Counter)
    seeds: Counter[int] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    """As far as rows say them, or their texts tell; of other texts nothing is known."""

    def take(self, row: Mapping[str, Any], kind: str, text: str = "") -> None:
        """Add a row, which counts as one of a kind where it names no task; `text` is what it says."""
        self.rows += 1
        self.samples.add(row["sample"])
        kind = "caption" if "caption" in row else kind
        self.tasks[row.get("subcategory") or row.get("task") or kind] += 1
        if language := _find_language(row, text):
            self.languages[language] += 1
        self._take_making(row)

    def _take_making(self, row: Mapping[str, Any]) -> None:
        """Add who made a row, as far as the irloom of its time told."""
        if "irloom" in row:
            self.versions[row["irloom"]] += 1
        if "seed" in row:
            self.seeds[row["seed"]] += 1
        for role, model in row.get("models", {}).items():
            self.models[role][_name_model(model, row.get("answered_by", {}).get(role))] += 1
        for prompt, digest in row.get("prompts", {}).items():
            self.prompts[prompt][digest] += 1


def _find_language(row: Mapping[str, Any], text: str) -> str | None:
    said = row.get("language")
    return name_language(said) if said else tell_language(text)


def _name_model(asked: str, answered: str | None) -> str:
    """A model as it was asked for, with the name that it answered with where that is another."""
    return asked if answered in {None, asked} else f"{asked}, which answered as {answered}"
