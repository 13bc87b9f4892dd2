"""Writes the README of an exported folder: front matter for the Hub and `datasets`, then the card."""

from pathlib import Path
from typing import Any

from huggingface_hub import DatasetCardData

from irloom.engine.directory import RunDirectory
from irloom.engine.summary import summarise
from irloom.export.card import Section, describe_data, tabulate_outcomes, to_markdown
from irloom.export.facts import Facts
from irloom.export.options import ExportOptions
from irloom.export.parquet import FEATURES
from irloom.export.plan import Plan
from irloom.pipelines.flow import Flow
from irloom.pipelines.registry import find_flow
from irloom.views.outcomes import Labels, name_outcome

_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))
_LEAST_SHARE = 0.02
_SUFFIXES = {"llava": "{}.json", "sharegpt": "{}.json", "messages": "{}.jsonl", "parquet": "{}-*.parquet"}


def write_card(
    path: Path,
    root: Path,
    name: str,
    options: ExportOptions,
    plan: Plan,
    facts: Facts,
    licences: Section,
    digest: str,
) -> None:
    """Write the README of an export whose rows have all been counted; `digest` is of all its data."""
    run = RunDirectory.open(root)
    summary, flow = summarise(root), find_flow(run.flow)
    outcomes = tabulate_outcomes(summary.outcomes, summary.tasks, flow.labels)
    sections = describe_data(
        run.about,
        {options.data: facts.rows},
        facts,
        outcomes,
        flow,
        _tell_filtering(options, plan, flow.labels),
        summary,
    )
    sections.insert(-1, licences)
    front = DatasetCardData(**_front(flow, name, options, plan, facts, digest))
    text = f"---\n{front.to_yaml()}\n---\n\n{to_markdown(name, sections)}"
    path.write_text(text, encoding="utf-8")


def number_version(digest: str) -> str:
    """A version that differs wherever the content does: `datasets` keeps what it read of a folder by it."""
    return ".".join(str(int(digest[start : start + 8], 16)) for start in (0, 8, 16))


def list_languages(facts: Facts) -> list[str]:
    """The languages of the rows, the commonest first, but for one that hardly a row has."""
    found = facts.languages.most_common()
    return [language for language, count in found if count >= _LEAST_SHARE * facts.rows]


def _front(
    flow: Flow[Any], name: str, options: ExportOptions, plan: Plan, facts: Facts, digest: str
) -> dict[str, Any]:
    size = next((label for bound, label in _SIZES if plan.rows < bound), "1M<n<10M")
    files = _SUFFIXES[options.form]
    front: dict[str, Any] = {
        "license": "other",
        "license_name": "to-be-chosen",
        **({"language": languages} if (languages := list_languages(facts)) else {}),
        "task_categories": list(plan.exported.hub_tasks),
        "tags": [*flow.card.tags, *(["synthetic"] if flow.card.is_synthetic else [])],
        "size_categories": [size],
        "pretty_name": name,
        "configs": [
            {
                "config_name": "default",
                "version": number_version(digest),
                "data_files": [
                    {"split": split, "path": f"data/{files.format(split)}"}
                    for split in map(options.name_split, plan.written)
                ],
            }
        ],
    }
    return front | ({"dataset_info": {"features": list(FEATURES)}} if options.form == "parquet" else {})


def _count_unseen(plan: Plan) -> int:
    return plan.likeness.unseen if plan.likeness is not None else 0


def _tell_likeness(plan: Plan) -> str:
    """What could not be put into a split, and what could not be compared."""
    return (
        f"{len(plan.between):,} rows are like rows of two splits, and are in neither. "
        f"{_count_unseen(plan):,} photographs could not be read, and were compared by their names alone."
    )


def _tell_filtering(options: ExportOptions, plan: Plan, labels: Labels) -> Section:
    """Which rows of the run these are."""
    conditions = [
        f"outcome {' or '.join(name_outcome(one, labels) for one in options.outcomes)}"
        if options.outcomes
        else "",
        f"task {' or '.join(options.tasks)}" if options.tasks else "",
        f"score of the chosen caption at least {options.min_score:g}"
        if options.min_score is not None
        else "",
        f"licence {' or '.join(options.licences)}" if options.licences else "",
        "marked by a person" if options.marked else "",
        "samples named one by one" if options.samples is not None else "",
    ]
    wanted = "; ".join(condition for condition in conditions if condition) or "none"
    lines = [f"Conditions: {wanted}. {plan.passed_over:,} rows of the run did not fit them."]
    if plan.lacking:
        lines.append(f"{plan.lacking:,} {options.data} {plan.exported.lacking}.")
    if plan.unjudged:
        lines.append(f"{plan.unjudged:,} rows that nobody judged were left out.")
    if plan.unlicensed:
        lines.append(f"{plan.unlicensed:,} rows have no licence of those, or none that is known.")
    if options.drop_duplicates:
        lines.append(
            f"{len(plan.dropped):,} rows were dropped as {options.drop_duplicates} duplicates; dropped.jsonl "
            "says of which."
        )
    if options.splits:
        lines.append(
            f"Splits were drawn by sample with seed {options.seed}; images that are alike are in one split, "
            "and so are samples of one photograph."
        )
        lines += [_tell_likeness(plan)] if plan.between or _count_unseen(plan) else []
    rows = ((options.name_split(name), f"{len(places):,}") for name, places in plan.splits.items())
    return Section("Which rows", tuple(lines), (("split", "rows"), *rows))
