"""What summaries of flows whose tasks are instructions have in common."""

from collections import Counter
from typing import Any

from irloom.engine.summary import Summary
from irloom.pipelines.flow import Flow, Made, Row


def count_tasks(summary: Summary) -> Counter[str]:
    """How the tasks of all kinds ended."""
    totals: Counter[str] = Counter()
    for counter in summary.tasks.values():
        totals.update(counter)
    return totals


def tell_instructions(summary: Summary, rejected: str) -> list[Made]:
    """The instructions of a run, and what was rejected of `rejected`."""
    totals = count_tasks(summary)
    lines = []
    if totals["accepted"]:
        first = f"{summary.rounds[1] / totals['accepted']:.0%} in the first round"
        lines.append(Made("instructions", f"{totals['accepted']:,} accepted, {first}", "instructions.jsonl"))
    if totals["unjudged"]:
        text = f"{totals['unjudged']:,} that nobody judged"
        lines.append(Made("instructions", text, "instructions.jsonl"))
    if totals["rejected"]:
        lines.append(Made("rejected", f"{totals['rejected']:,} {rejected}", "rejected.jsonl"))
    return lines


def name_judge(flow: Flow[Any], config: Row, summary: Summary) -> str:
    """The model that accepted, by a run's configuration; empty where nothing was accepted."""
    if not flow.judge or not count_tasks(summary)["accepted"]:
        return ""
    chat = config["roles"].get(flow.judge, config["chat"])
    return str(chat.get("model") or "irloom-rules, a rule engine")


def suggest_export(run: str, summary: Summary, stopped: bool) -> list[str]:
    """How to export the instructions, once there are any and the run has ended."""
    totals = count_tasks(summary)
    if stopped or not totals["accepted"] + totals["unjudged"]:
        return []
    unjudged = "" if totals["accepted"] else " --unjudged"
    return [f"irloom export {run} --format llava --out llava.json{unjudged}"]
