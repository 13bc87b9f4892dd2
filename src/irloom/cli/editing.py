"""Shows one seed image: its families of edits, every round with its figures and verdicts, and the queries."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from irloom.cli.debating import show_prompt
from irloom.cli.overview import STYLES
from irloom.cli.terminal import clean
from irloom.engine.summary import kind_of

Line = Mapping[str, Any]
_FIGURES = ("changed", "changed_inside", "changed_outside", "ssim_outside", "structure", "hash_distance")


def show_seed(root: Path, found: Line, task: str | None, prompts: bool, console: Console) -> None:
    """The seed with its edits, or those of one kind; with `prompts` every request as it was sent."""
    commit = found["commit"]
    head = Text(clean(f"Seed {commit['sample']}: "), style="bold")
    head.append(commit["outcome"], STYLES.get(commit["outcome"], ""))
    head.append(f", attempt {commit['attempt']}", "not bold")
    console.print(head)
    for row in [*found["edits"], *found["rejected"]][:1]:
        _show(str(root / row["reference"]), "Picture", console)
    for fault in found["failed"]:
        where = f"{fault['stage']}, {fault['task']}" if fault["task"] else fault["stage"]
        console.print(Text(clean(f"Failed at {where}: {fault['message']}"), STYLES["failed"]))
    rows = [*found["edits"], *found["rejected"]]
    for row in sorted(rows, key=lambda one: (one["family"], one.get("edit", 0))):
        if task in (None, row["task"], row["subcategory"]):
            _show_edit(root, row, commit["tasks"].get(row["task"], ""), console)
    if prompts:
        for turn in (turn for row in found["transcripts"] for turn in row["turns"] if "prompt" in turn):
            if task is None or (turn["task"] and task in (turn["task"], kind_of(turn["task"]))):
                show_prompt(root, turn, console)


def _show_edit(root: Path, row: Line, outcome: str, console: Console) -> None:
    head = Text(clean(f"\n{row['task']} "), style="bold")
    head.append(outcome, STYLES.get(outcome, ""))
    if row.get("base"):
        head.append(clean(f"  {row['base']}: {row['point']}"), "not bold")
    console.print(head, soft_wrap=True)
    if row.get("query"):
        _show(row["query"], f"Query ({row['form']})", console)
    for one in row["rounds"]:
        _show(one.get("instruction", ""), f"Round {one['round']}", console)
        if one.get("image"):
            _show(f"{root / one['image']}  ({_list_figures(one['measured'])})", "  Picture", console)
        for verdict in one.get("verdicts", ()):
            if verdict["passed"] and verdict["reason"]:
                _show(verdict["reason"], f"  {verdict['stage']} passed", console)
        if one["category"]:
            console.print(
                Text(clean(f"  {one['category']}: {one['reason']}"), STYLES["rejected"]), soft_wrap=True
            )


def _list_figures(measured: Line) -> str:
    shown = ((name, measured[name]) for name in _FIGURES)
    return ", ".join(f"{name} {value:g}" for name, value in shown if value is not None)


def _show(text: str, name: str, console: Console) -> None:
    line = Text(f"{name}: ", style="bold")
    line.append(clean(text), "not bold")
    console.print(line, soft_wrap=True)
