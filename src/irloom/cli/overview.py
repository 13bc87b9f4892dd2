"""Shows a run's summary on a terminal."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from irloom.cli.ending import name_resume, tell_stale
from irloom.engine.directory import RunDirectory
from irloom.engine.summary import Summary, summarise, tell_rules
from irloom.errors import IrloomError
from irloom.pipelines.conditions import read_config
from irloom.pipelines.flow import Flow
from irloom.pipelines.guarding import repeat_kept
from irloom.pipelines.registry import find_usable
from irloom.pipelines.tasks import name_judge
from irloom.settings import asks_by_name_alone, list_named_models
from irloom.views.calls import tabulate_calls
from irloom.views.console import STYLES
from irloom.views.outcomes import Labels, name_outcome
from irloom.views.terminal import clean, list_counts


def run_as_json(root: Path) -> dict[str, Any]:
    """The summary for programs."""
    about = RunDirectory.open(root).about
    summary = summarise(root)
    # asdict breaks Counters; what the flow counts stands beside what every run has.
    parts = {part.name: getattr(summary, part.name) for part in fields(summary) if part.name != "counts"}
    parts["reasons"] = dict(summary.reasons.list_commonest(most=10))
    return {
        "run": str(root),
        "irloom": about["irloom"],
        "source": about.get("source", {}),
        "learnt": about.get("learnt", {}),
        "summary": {**summary.counts, **parts},
        "rules": [asdict(rule) for rule in tell_rules(root)],
    }


def show_run(root: Path, console: Console) -> None:
    """Outcomes, tasks, rejections, rules and usage."""
    run = RunDirectory.open(root)
    summary, flow = summarise(root), find_usable(run.flow)
    head = f"{root}: {summary.samples:,} samples, irloom {run.about['irloom']}{_name_chats(run, flow)}"
    console.print(Text(clean(head)))
    if flow is None:
        console.print(
            Text(f"The flow {run.flow!r} is not installed here: rows are shown as they are.", "red")
        )
    labels = flow.labels if flow is not None else {}
    console.print(_counts("samples", summary.outcomes, summary.open, labels))
    console.print(_tasks(summary, labels))
    for made in flow.made(summary) if flow is not None else ():
        console.print(Text(f"{made.name}: {made.text}"))
    if flow is not None and (judge := name_judge(flow, run.settings, summary)):
        console.print(Text(clean(f"judged by {judge}")))
    if stale := tell_stale(_name_resume(run), summary):
        console.print(Text(clean(f"stale: {stale}")), soft_wrap=True)
    for name, counts in (
        ("objections", summary.categories),
        ("failures", summary.stages),
        ("mended", summary.notes),
    ):
        if told := list_counts(counts):
            console.print(Text(f"{name}: {told}"))
    for why, count in summary.reasons.list_commonest(most=10):
        console.print(Text(clean(f"  {count:,} x {why}")), soft_wrap=True)
    _show_calls(summary, console)
    _show_rules(root, console)


def show_line(event: Mapping[str, Any], labels: Labels, console: Console) -> None:
    """One sample on one line; rounds are told where there are any."""
    rounds = event.get("rounds", {})
    tasks = ", ".join(
        f"{task} {name_outcome(outcome, labels)}" + (f" ({rounds.get(task, 0)})" if rounds else "")
        for task, outcome in event["tasks"].items()
    )
    faults = ", ".join(f"{fault['stage']}: {fault['error']}" for fault in event.get("faults", []))
    line = Text(f"{clean(event['sample']):>14}  ")
    line.append(f"{name_outcome(event['outcome'], labels):<9}", STYLES.get(event["outcome"], ""))
    line.append(clean(f"  {tasks}  {faults}  {list_counts(Counter(event.get('categories', {})))}").rstrip())
    console.print(line, soft_wrap=True)


def _name_chats(run: RunDirectory, flow: Flow[Any] | None) -> str:
    """The chat models of a configuration: for all, by seat and by name; empty where there are none."""
    settings = run.settings
    named = list_named_models(flow.config, settings) if flow is not None else []
    chats = [settings.get("models", {}).get(name) or {"model": name} for name in named]
    if flow is None or not asks_by_name_alone(flow.config):
        chats += [settings.get("chat", {}), *settings.get("roles", {}).values()]
    chats += [part["chat"] for part in settings.values() if isinstance(part, dict) and part.get("chat")]
    names = set(map(_name_chat, chats))
    return ", chat by " + ", ".join(sorted(names)) if names else ""


def _name_chat(chat: Mapping[str, Any]) -> str:
    """The model of a table, or what plays one."""
    kind = chat.get("kind")
    if kind == "similarity":
        return str(chat.get("scorer", {}).get("model") or "an embedder")
    return str(chat.get("model") or {"baseline": "a baseline"}.get(str(kind), "irloom-rules"))


def _counts(name: str, counts: Counter[str], unfinished: int, labels: Labels) -> Text:
    line = Text(f"{name}: ")
    for outcome, count in counts.most_common():
        if count:
            line.append(f"{name_outcome(outcome, labels)} {count:,}  ", STYLES.get(outcome, ""))
    if unfinished:
        line.append(f"not finished {unfinished:,}")
    return line


def _name_resume(run: RunDirectory) -> str:
    """The command that goes on, with what it has to be given where the configuration can be read."""
    try:
        flags = repeat_kept(run, read_config(run))
    except IrloomError:
        flags = []
    return name_resume(run.root, flags)


def _tasks(summary: Summary, labels: Labels) -> Table:
    why = ("why",) if summary.dropped else ()
    outcomes = (name_outcome(outcome, labels) for outcome in STYLES)
    table = Table("task", *outcomes, *why, box=None, pad_edge=False)
    for task, counts in summary.tasks.items():
        reasons = [list_counts(summary.dropped.get(task, Counter()))] if why else []
        table.add_row(task, *(f"{counts[outcome]:,}" for outcome in STYLES), *reasons)
    return table


def _show_calls(summary: Summary, console: Console) -> None:
    usage = summary.usage
    tokens = f"{usage['prompt_tokens']:,} prompt and {usage['completion_tokens']:,} completion tokens"
    console.print(Text(f"calls: {usage['requests']:,} requests, {tokens}"))
    if calls := tabulate_calls(summary.spent):
        table = Table(*calls[0], box=None, pad_edge=False)
        for row in calls[1:]:
            table.add_row(*row)
        console.print(table)


def _show_rules(root: Path, console: Console) -> None:
    if not (rules := tell_rules(root)):
        return
    table = Table("rule", "came from", "fired again", box=None, pad_edge=False)
    for rule in rules:
        origin = "the start" if rule.origin == "basic" else f"{rule.sample}, {rule.task}: {rule.reason}"
        state = "retired" if rule.retired else f"{rule.fired:,}"
        table.add_row(Text(clean(rule.rule)), Text(clean(origin)), state)
    console.print(table)
