"""The closing summary: what was made, where it is, what failed and why, and what to type next."""

import shlex
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from irloom.engine.directory import RunDirectory
from irloom.engine.summary import Summary, tell_rules
from irloom.pipelines.flow import Flow
from irloom.pipelines.tasks import name_judge
from irloom.views.terminal import list_counts

_TOTALS = ("images", "captions", "boxes", "problems")
_NAME = 14
"""Width of the names."""


def name_resume(root: str | Path, flags: Sequence[str] = ()) -> str:
    """The command that goes on with a run; `flags` are those that it has to be given."""
    return " ".join(["irloom resume", shlex.quote(str(root)), *flags])


def describe_ending(root: Path, flow: Flow[Any], summary: Summary, resume: str, stopped: bool) -> str:
    """A few lines for the end of `run` and `resume`; `resume` is the command that goes on."""
    where = shlex.quote(str(root))
    lines = ["", f"{'So far' if stopped else 'Done'}: {summary.samples:,} samples in {root}"]
    lines += [f"  {name:<{_NAME}}{text}" for name, text in _list_made(root, flow, summary, resume)]
    lines += ["", "Look at it:", f"  irloom inspect {where}"]
    if summary.outcomes["failed"]:
        lines += ["Try the failed ones again:", f"  {resume} --retry-failed"]
    if following := flow.next(where, summary, stopped):
        lines += ["Use it as far as it is:" if stopped else "Use it:", *(f"  {one}" for one in following)]
    elif flow.finish is not None and not stopped and summary.counts.total():
        lines.append("Use it:")
    return "\n".join(lines)


def _list_made(root: Path, flow: Flow[Any], summary: Summary, resume: str) -> list[tuple[str, str]]:
    lines = [
        (made.name, f"{made.text}: {made.where}" if made.where else made.text) for made in flow.made(summary)
    ]
    if judge := name_judge(flow, RunDirectory.open(root).settings, summary):
        lines.append(("judged by", judge))
    if objections := list_counts(summary.categories):
        lines.append(("objections", objections))
    if rules := tell_rules(root):
        mined = sum(rule.origin == "mined" for rule in rules)
        lines.append(("rules", f"{len(rules) - mined} to begin with, {mined} mined: rules.jsonl"))
    if stale := tell_stale(resume, summary):
        lines.append(("stale", stale))
    usage = summary.usage
    if usage["requests"]:
        tokens = f"{usage['prompt_tokens']:,} prompt and {usage['completion_tokens']:,} completion tokens"
        cost = f", ${usage['cost_usd']:,.4f}" if usage["cost_usd"] else ""
        lines.append(("calls", f"{usage['requests']:,} requests, {tokens}{cost}"))
    if failed := summary.outcomes["failed"]:
        stages = list_counts(summary.stages)
        lines.append(("failed", f"{failed:,} samples ({stages}): see {root / 'failed.jsonl'}"))
        lines += [("", f"{count:,} x {why}") for why, count in summary.reasons.list_commonest()]
    if summary.open:
        lines.append(("not finished", f"{summary.open:,} samples that were begun"))
    if summary.notes:
        lines.append(("mended", list_counts(summary.notes)))
    if counted := _count_inputs(root, summary):
        lines.append(("in the files", list_counts(counted)))
    return lines


def tell_stale(resume: str, summary: Summary) -> str:
    """How many samples a refresh would do again, and its command; empty for none."""
    if not summary.stale:
        return ""
    return f"{summary.stale:,} samples were filtered under older rules: {resume} --refresh"


def _count_inputs(root: Path, summary: Summary) -> Counter[str]:
    """What `run.json` counts of the whole input, beside its totals and what was told of the samples."""
    counts = RunDirectory.open(root).about["source"]
    hidden = (*summary.notes, *_TOTALS)
    return Counter({name: count for name, count in counts.items() if count and name not in hidden})
