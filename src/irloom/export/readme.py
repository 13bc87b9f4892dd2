"""Writes the README of an exported folder: front matter for the Hub and `datasets`, then the card."""

from collections.abc import Mapping
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
_SUFFIXES = {"llava": "{}.json", "sharegpt": "{}.json", "messages": "{}.jsonl", "parquet": "{}-*.parquet"}


def write_card(path: Path, root: Path, name: str, options: ExportOptions, plan: Plan, facts: Facts) -> None:
    """Write the README of an export whose rows have all been counted."""
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
    front = DatasetCardData(**_front(flow, run.settings, name, options, plan))
    text = f"---\n{front.to_yaml()}\n---\n\n{to_markdown(name, sections)}"
    path.write_text(text, encoding="utf-8")


def _front(
    flow: Flow[Any], config: Mapping[str, Any], name: str, options: ExportOptions, plan: Plan
) -> dict[str, Any]:
    size = next((label for bound, label in _SIZES if plan.rows < bound), "1M<n<10M")
    files = _SUFFIXES[options.form]
    front: dict[str, Any] = {
        "license": "other",
        "license_name": "to-be-chosen",
        "language": list(flow.card.languages(config)),
        "task_categories": list(plan.exported.hub_tasks),
        "tags": [*flow.card.tags, *(["synthetic"] if flow.card.is_synthetic else [])],
        "size_categories": [size],
        "pretty_name": name,
        "configs": [
            {
                "config_name": "default",
                "data_files": [
                    {"split": split, "path": f"data/{files.format(split)}"} for split in plan.written
                ],
            }
        ],
    }
    return front | ({"dataset_info": {"features": list(FEATURES)}} if options.form == "parquet" else {})


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
        "marked by a person" if options.marked else "",
        "samples named one by one" if options.samples is not None else "",
    ]
    wanted = "; ".join(condition for condition in conditions if condition) or "none"
    lines = [f"Conditions: {wanted}. {plan.passed_over:,} rows of the run did not fit them."]
    if plan.lacking:
        lines.append(f"{plan.lacking:,} {options.data} {plan.exported.lacking}.")
    if options.drop_duplicates:
        lines.append(
            f"{len(plan.dropped):,} rows were dropped as {options.drop_duplicates} duplicates; dropped.jsonl "
            "says of which."
        )
    if options.splits:
        lines.append(
            f"Splits were drawn by sample with seed {options.seed}; images that are alike are in one split."
        )
    rows = ((name, f"{len(places):,}") for name, places in plan.splits.items())
    return Section("Which rows", tuple(lines), (("split", "rows"), *rows))
