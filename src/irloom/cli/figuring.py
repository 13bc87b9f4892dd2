"""Shows one problem: what was planned, every draft with what was wrong with it, checks, marks and quizzes."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from irloom.cli.debating import show_prompt
from irloom.cli.overview import STYLES
from irloom.cli.terminal import clean

Line = Mapping[str, Any]


def show_problem(root: Path, found: Line, prompts: bool, console: Console) -> None:
    """The problem from question to quizzes; with `prompts` every request as it was sent."""
    commit = found["commit"]
    head = Text(clean(f"Problem {commit['sample']}: "), style="bold")
    head.append(commit["outcome"], STYLES.get(commit["outcome"], ""))
    head.append(f", attempt {commit['attempt']}", "not bold")
    console.print(head)
    for fault in found["failed"]:
        console.print(Text(clean(f"Failed at {fault['stage']}: {fault['message']}"), STYLES["failed"]))
    for row in [*found["figures"], *found["rejected"]][:1]:
        _show(row["question"], "Question", console)
        _show_drafts(row, console)
    for row in found["rejected"]:
        for reason in row["reasons"]:
            text = f"Rejected: {reason['category']}: {reason['reason']}"
            console.print(Text(clean(text), STYLES["rejected"]))
    for row in found["figures"]:
        _show_figure(root, row, console)
    if prompts:
        for turn in (turn for row in found["transcripts"] for turn in row["turns"] if "prompt" in turn):
            show_prompt(root, turn, console)


def _show_drafts(row: Line, console: Console) -> None:
    for draft in row["drafts"]:
        said = "; ".join(draft["faults"]) or "drawn, and nothing was found wrong"
        if draft["failure"] is not None:
            last = draft["failure"]["log"].strip().splitlines()[-1:]
            said = ": ".join([draft["failure"]["reason"], *last])
        _show(said, f"Draft {draft['round']}", console)


def _show_figure(root: Path, row: Line, console: Console) -> None:
    _show(str(root / row["image"]), "Picture", console)
    for part, points in (row["plan"] or {}).items():
        if points:
            _show("; ".join(points), f"Plan, {part}", console)
    for check in row["checks"]:
        said = "; ".join([*check["problems"], *(f"not looked at: {one}" for one in check["skipped"])])
        _show(said or "nothing found", f"{'ok' if check['passed'] else 'NO'} {check['name']}", console)
    for name, mark in ((row["judgement"] or {}).get("scores") or {}).items():
        _show(row["judgement"]["reasons"].get(name, ""), f"{name} {mark}", console)
    for quiz in row["quizzes"]:
        options = ", ".join(f"{letter}: {text}" for letter, text in sorted(quiz["options"].items()))
        right = f"{'right' if quiz['correct'] else 'wrong'}, answered {quiz['answered'] or 'nothing'}"
        _show(f"{quiz['question']} ({options}) {right}", "Quiz", console)
    if row["open_answer"] is not None:
        _show(f"{row['open_answer']['verdict']}: {row['open_answer']['answer']}", "Open question", console)
    _show(f"\n{row['code']}", "Code", console)


def _show(text: str, name: str, console: Console) -> None:
    line = Text(f"{name}: ", style="bold")
    line.append(clean(text), "not bold")
    console.print(line, soft_wrap=True)
