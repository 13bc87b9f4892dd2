"""Finds samples of a run by outcome, task, rule and text."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from irloom.engine.reader import list_row_files, locate, read_spans
from irloom.engine.summary import kind_of, last_commits
from irloom.views.blocks import find_texts


@dataclass(frozen=True, slots=True)
class Wanted:
    """Conditions that all have to hold; None holds always."""

    outcome: str | None = None
    task: str | None = None
    rule: str | None = None
    text: str | None = None

    def fits_commit(self, event: Mapping[str, Any]) -> bool:
        """Whether a commit line fits, as far as it can say."""
        if not self._fits_outcome(event):
            return False
        rules = [mined["rule"].casefold() for mined in event.get("rules_mined", [])]
        return self.rule is None or any(self.rule.casefold() in rule for rule in rules)

    def _fits_outcome(self, event: Mapping[str, Any]) -> bool:
        """The outcome of the sample, or of any of its tasks of the kind that is asked for."""
        ended = {event["outcome"]}
        if self.task is not None:
            named = event["tasks"].items()
            ended = {outcome for task, outcome in named if self.task in {task, kind_of(task)}}
        return bool(ended) if self.outcome is None else self.outcome in ended


def find_samples(root: Path, wanted: Wanted) -> Iterator[dict[str, Any]]:
    """The last commits of the samples that fit; only these are read if a text is looked for."""
    fitting = {sample: event for sample, event in last_commits(root).items() if wanted.fits_commit(event)}
    if wanted.text is None:
        yield from fitting.values()
        return
    needle = wanted.text.casefold()
    files = [*list_row_files(root), "transcripts"]
    spans = {name: locate(root, fitting.keys(), name) for name in files}
    for sample, event in fitting.items():
        rows = [row for name in files for row in read_spans(root, spans[name][sample][-1:], name)]
        if any(needle in text.casefold() for row in rows for text in find_texts(row)):
            yield event
