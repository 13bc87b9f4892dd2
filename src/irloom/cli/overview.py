"""Shows a run's summary on a terminal."""

import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from irloom.cli.terminal import clean, list_counts
from irloom.edits import SUBCATEGORIES
from irloom.engine.directory import RunDirectory
from irloom.engine.summary import Summary, summarise, tell_rules

STYLES = {"accepted": "green", "rejected": "yellow", "failed": "red", "unjudged": "cyan"}


class PlainConsole(Console):
    """A console that leaves a reader who has gone (such as `head`) to `irloom.cli.main`."""

    def on_broken_pipe(self) -> None:
        """Raise, where rich would exit with 1."""
        raise BrokenPipeError


def make_console() -> Console:
    """A console that never reads markup or emoji codes out of data, 100 columns wide where nobody watches."""
    width = None if sys.stdout.isatty() else 100
    return PlainConsole(width=width, markup=False, emoji=False, highlight=False, soft_wrap=False)


def run_as_json(root: Path) -> dict[str, Any]:
    """The summary for programs."""
    about = RunDirectory.open(root).about
    summary = summarise(root)
    return {
        "run": str(root),
        "irloom": about["irloom"],
        "source": about.get("source", {}),
        "learnt": about.get("learnt", {}),
        "summary": {
            part.name: getattr(summary, part.name) for part in fields(summary)
        },  # asdict breaks Counters
        "rules": [asdict(rule) for rule in tell_rules(root)],
    }


def show_run(root: Path, console: Console) -> None:
    """Outcomes, tasks, rejections, rules and usage."""
    run = RunDirectory.open(root)
    summary = summarise(root)
    models = ", ".join(sorted({getattr(options, "model", "irloom-rules") for options in _chats(run)}))
    console.print(
        Text(clean(f"{root}: {summary.samples:,} samples, irloom {run.about['irloom']}, chat by {models}"))
    )
    console.print(_counts("samples", summary.outcomes, summary.open))
    console.print(_tasks(summary))
    if summary.pairs:
        console.print(
            Text(f"pairs: {summary.pairs:,}; the original caption was kept in {summary.original_won:,}")
        )
    if summary.figures:
        console.print(Text(f"figures: {summary.figures:,}; {summary.first_try:,} by the first script"))
    if summary.edits:
        console.print(Text(f"edits: {summary.edits:,} kept as candidates for the data set"))
    for name, counts in (
        ("objections", summary.categories),
        ("failures", summary.stages),
        ("mended", summary.notes),
    ):
        if counts:
            console.print(Text(f"{name}: {list_counts(counts)}"))
    usage = summary.usage
    console.print(
        Text(
            f"calls: {usage['requests']:,} requests, {usage['prompt_tokens']:,} prompt and "
            f"{usage['completion_tokens']:,} completion tokens"
        )
    )
    _show_rules(root, console)


def show_line(event: Mapping[str, Any], console: Console) -> None:
    """One sample on one line."""
    tasks = ", ".join(
        f"{task} {outcome} ({event.get('rounds', {}).get(task, 0)})"
        for task, outcome in event["tasks"].items()
    )
    faults = ", ".join(f"{fault['stage']}: {fault['error']}" for fault in event.get("faults", []))
    line = Text(f"{clean(event['sample']):>14}  ")
    line.append(f"{event['outcome']:<9}", STYLES.get(event["outcome"], ""))
    line.append(clean(f"  {tasks}  {faults}  {list_counts(Counter(event.get('categories', {})))}").rstrip())
    console.print(line, soft_wrap=True)


def _chats(run: RunDirectory) -> list[Any]:
    config = run.config
    return [config.chat, *config.roles.values(), config.chat_for("scorer")]


def _counts(name: str, counts: Counter[str], unfinished: int) -> Text:
    line = Text(f"{name}: ")
    for outcome, count in counts.most_common():
        if count:
            line.append(f"{outcome} {count:,}  ", STYLES.get(outcome, ""))
    if unfinished:
        line.append(f"not finished {unfinished:,}")
    return line


def _tasks(summary: Summary) -> Table:
    why = ("why",) if summary.dropped else ()
    table = Table("task", "accepted", "rejected", "failed", "unjudged", *why, box=None, pad_edge=False)
    for task, counts in sorted(summary.tasks.items(), key=lambda item: _order(item[0])):
        reasons = [list_counts(summary.dropped.get(task, Counter()))] if why else []
        table.add_row(task, *(f"{counts[outcome]:,}" for outcome in STYLES), *reasons)
    return table


def _order(task: str) -> int:
    """Subcategories as EDIR lists them, other tasks as they came."""
    return SUBCATEGORIES.index(task) if task in SUBCATEGORIES else -1


def _show_rules(root: Path, console: Console) -> None:
    if not (rules := tell_rules(root)):
        return
    table = Table("rule", "came from", "fired again", box=None, pad_edge=False)
    for rule in rules:
        origin = "the start" if rule.origin == "basic" else f"{rule.sample}, {rule.task}: {rule.reason}"
        state = "retired" if rule.retired else f"{rule.fired:,}"
        table.add_row(Text(clean(rule.rule)), Text(clean(origin)), state)
    console.print(table)
