"""The closing summary: what was made, where it is, what failed and why, and what to type next."""

import shlex
from collections import Counter
from pathlib import Path

from irloom.cli.terminal import list_counts
from irloom.engine.summary import Summary, tell_rules


def describe_ending(root: Path, summary: Summary, stopped: bool) -> str:
    """A few lines for the end of `run` and `resume`."""
    where = shlex.quote(str(root))
    lines = ["", f"{'So far' if stopped else 'Done'}: {summary.samples:,} samples in {root}"]
    lines += [f"  {line}" for line in _describe_made(root, summary)]
    if summary.outcomes["failed"]:
        stages = list_counts(summary.stages)
        lines.append(
            f"  failed        {summary.outcomes['failed']:,} samples ({stages}): see {root / 'failed.jsonl'}"
        )
    if summary.open:
        lines.append(f"  not finished  {summary.open:,} samples that were begun")
    if summary.notes:
        lines.append(f"  mended        {list_counts(summary.notes)}")
    lines += ["", "Look at it:", f"  irloom inspect {where}"]
    if summary.outcomes["failed"]:
        lines += ["Try the failed ones again:", f"  irloom resume {where} --retry-failed"]
    made = sum(counts["accepted"] + counts["unjudged"] for counts in summary.tasks.values())
    if summary.edits:
        export = f"  irloom export {where} --format edir --out my-edir"
        lines += ["Use it:"] if not stopped else ["Use it as far as it is:", export]
    elif not stopped and (made or summary.pairs):
        data = "" if made else " --data pairs"
        lines += ["Use it:", f"  irloom export {where} --format llava{data} --out llava.json"]
    return "\n".join(lines)


def _describe_made(root: Path, summary: Summary) -> list[str]:
    lines = []
    if summary.pairs:
        share = summary.original_won / summary.pairs
        lines.append(
            f"pairs         {summary.pairs:,} (the original caption was kept in {share:.0%}): pairs.jsonl"
        )
    if summary.figures:
        drawn = f"{summary.figures:,} drawn, {summary.first_try:,} by the first script"
        lines.append(f"figures       {drawn}: figures.jsonl, images/")
    if summary.edits:
        lines.append(
            f"edits         {summary.edits:,} candidates for the data set: edits.jsonl, images/edits/"
        )
    totals: Counter[str] = Counter()
    for counter in summary.tasks.values():
        totals.update(counter)
    if totals["accepted"] and not summary.edits:
        first = summary.rounds[1] / totals["accepted"]
        made = f"{totals['accepted']:,} accepted, {first:.0%} in the first round"
        lines.append(f"instructions  {made}: instructions.jsonl")
    if totals["unjudged"] and not summary.edits:
        lines.append(f"instructions  {totals['unjudged']:,} that nobody judged: instructions.jsonl")
    if summary.edits or summary.dropped:
        idle = summary.categories["not_offered"]
        rejected = totals["rejected"] - idle
        said = f"{rejected:,} edits, and {idle:,} kinds that an image does not offer"
        lines.append(f"rejected      {said}: rejected.jsonl")
    elif totals["rejected"]:
        what = "problems" if "figure" in summary.tasks else "instructions"
        lines.append(f"rejected      {totals['rejected']:,} {what}: rejected.jsonl")
    if summary.categories:
        lines.append(f"objections    {list_counts(summary.categories)}")
    if rules := tell_rules(root):
        mined = [rule for rule in rules if rule.origin == "mined"]
        lines.append(
            f"rules         {len(rules) - len(mined)} to begin with, {len(mined)} mined: rules.jsonl"
        )
    usage = summary.usage
    if usage["requests"]:
        tokens = f"{usage['prompt_tokens']:,} prompt and {usage['completion_tokens']:,} completion tokens"
        cost = f", ${usage['cost_usd']:,.4f}" if usage["cost_usd"] else ""
        lines.append(f"calls         {usage['requests']:,} requests, {tokens}{cost}")
    return lines
