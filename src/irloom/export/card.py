"""Says what a data set is, how it was made and what it is not good for: for a README and for a report."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from irloom.engine.summary import Summary
from irloom.export.facts import Facts
from irloom.pipelines.flow import Flow
from irloom.views.calls import Table
from irloom.views.outcomes import Labels, name_outcome


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a card: paragraphs, then a table."""

    title: str
    paragraphs: tuple[str, ...] = ()
    table: Table = ()


_OF_ALL = "Of all samples of the run, not only of those in the data."
_WRITTEN = "Models or rules wrote the text, and no person judged it: look at a part of it before use."
_RULES = "irloom-rules is a rule engine, not a model."
_LICENCE = (
    "The licence is not chosen here: it depends on the source images, on their annotations, and on the terms "
    "of every model above."
)


def describe_data(
    about: Mapping[str, Any],
    kinds: Mapping[str, int],
    facts: Facts,
    outcomes: Table,
    flow: Flow[Any] | None,
    filtering: Section | None = None,
    summary: Summary | None = None,
) -> list[Section]:
    """The sections of the card of some rows; `about` is the run's `run.json`, `kinds` counts rows by file.

    A flow that is not installed says nothing of them.
    """
    named = {one.name: one.what for one in flow.data} if flow is not None else {}
    what = "; ".join(f"{count:,} {named.get(kind, kind)}" for kind, count in kinds.items())
    making = [flow.card.making] if flow is not None else []
    limits = flow.card.limits(about["config"]) if flow is not None else ()
    what = f"{what or 'Nothing yet'}. They come from {len(facts.samples):,} samples."
    sections = [
        Section("What it is", (what, *making), _count("task", facts.tasks)),
        Section("How it was made", (_tell_making(about, facts),), _list_models(facts)),
        Section(
            "Prompts", ("By name, and the first digits of the sha256 of their text.",), _list_prompts(facts)
        ),
        Section("Outcomes", (_OF_ALL, *_list_figures(flow, summary)), outcomes),
        Section(
            "Limits", (*limits, *([_WRITTEN] if flow is None or flow.card.is_synthetic else []), _LICENCE)
        ),
    ]
    if filtering is not None:
        sections.insert(4, filtering)
    return [one for one in sections if one.title != "Prompts" or facts.prompts]


def _list_figures(flow: Flow[Any] | None, summary: Summary | None) -> list[str]:
    """What a flow measures over its whole run, as a sentence."""
    found = flow.card.figures(summary) if flow is not None and summary is not None else ""
    return [f"{found}."] if found else []


def tabulate_outcomes(
    outcomes: Mapping[str, int],
    tasks: Mapping[str, Mapping[str, int]],
    labels: Labels = MappingProxyType({}),
) -> Table:
    """How samples and tasks ended, in the flow's words."""
    names = [name for name in ("accepted", "rejected", "failed", "unjudged") if _ever(name, outcomes, tasks)]
    rows = {"samples": outcomes, **tasks}
    return (
        ("", *(name_outcome(name, labels) for name in names)),
        *((kind, *(f"{counts.get(name, 0):,}" for name in names)) for kind, counts in rows.items()),
    )


def to_markdown(title: str, sections: Sequence[Section]) -> str:
    """A card as Markdown; what a model or a user wrote is shown as it is, and means nothing."""
    lines = [f"# {_escape(title)}", ""]
    for section in sections:
        lines += [f"## {_escape(section.title)}", ""]
        for paragraph in section.paragraphs:
            lines += [_escape(paragraph), ""]
        if section.table:
            head, *rows = section.table
            lines += [_row(head), _row(("---",) * len(head), plain=False), *map(_row, rows), ""]
    return "\n".join(lines)


def _tell_making(about: Mapping[str, Any], facts: Facts) -> str:
    versions, seeds = (", ".join(map(str, sorted(found))) for found in (facts.versions, facts.seeds))
    made = (
        f"Made by irloom {versions or about['irloom']}, flow {about['flow']}, "
        f"seed {seeds or about['config']['seed']}."
    )
    asked = {model for found in facts.models.values() for model in found}
    return f"{made} {_RULES}" if any(model.startswith("irloom-rules") for model in asked) else made


def _list_models(facts: Facts) -> Table:
    rows = tuple(
        (role, model, f"{count:,}")
        for role, found in sorted(facts.models.items())
        for model, count in found.most_common()
    )
    return (("role", "model", "rows"), *rows) if rows else ()


def _list_prompts(facts: Facts) -> Table:
    rows = ((name, digest) for name, found in sorted(facts.prompts.items()) for digest in sorted(found))
    return (("prompt", "digest"), *rows)


def _count(name: str, counts: Mapping[str, int]) -> Table:
    return ((name, "rows"), *((key, f"{count:,}") for key, count in sorted(counts.items()))) if counts else ()


def _ever(name: str, outcomes: Mapping[str, int], tasks: Mapping[str, Mapping[str, int]]) -> bool:
    return any(counts.get(name) for counts in (outcomes, *tasks.values()))


def _row(cells: Sequence[str], plain: bool = True) -> str:
    return f"| {' | '.join(map(_escape, cells) if plain else cells)} |"


def _escape(text: str) -> str:
    """Text that Markdown shows as it is, on one line."""
    return "".join(f"\\{one}" if one in _MARKS else one for one in " ".join(text.split()))


_MARKS = frozenset("\\`*_{}[]<>#|!~$&")
