"""Shows one sample: its captions with their candidates, and its debates round by round."""

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from irloom.agents.replies import find_json
from irloom.cli.overview import STYLES
from irloom.cli.terminal import clean
from irloom.errors import PromptError
from irloom.prompts import PromptFile
from irloom.records import TASKS

Line = Mapping[str, Any]


def show_sample(root: Path, found: Line, task: str | None, prompts: bool, console: Console) -> None:
    """Captions, then each task's rounds; with `prompts` every request as it was sent."""
    commit = found["commit"]
    head = Text(clean(f"Sample {commit['sample']}: "), style="bold")
    head.append(commit["outcome"], STYLES.get(commit["outcome"], ""))
    head.append(f", attempt {commit['attempt']}, under version {commit['rules']} of the rules", "not bold")
    console.print(head)
    turns = [turn for row in found["transcripts"] for turn in row["turns"] if not turn.get("unused")]
    if task is None:
        _show_captions(found["pairs"], console)
    for fault in found["failed"]:
        where = f"{fault['stage']}{_where(fault)}"
        console.print(
            Text(clean(f"Failed at {where}: {fault['error']}: {fault['message']}"), STYLES["failed"])
        )
    for name in TASKS:
        if name in commit["tasks"] and task in (None, name):
            _show_task(name, commit["tasks"][name], [turn for turn in turns if turn["task"] == name], console)
    if prompts:
        for turn in turns:
            if "prompt" in turn and task in (None, turn["task"]):
                show_prompt(root, turn, console)


def _where(fault: Line) -> str:
    parts = [f"{name} {fault[name]}" for name in ("caption", "task", "round") if fault.get(name) is not None]
    return f" ({', '.join(parts)})" if parts else ""


def _show_captions(pairs: Sequence[Line], console: Console) -> None:
    if pairs:
        console.print(Text(clean(f"Image {pairs[0]['image']}, made from {pairs[0]['source']}")))
    for pair in pairs:
        console.print(Text(clean(f"Caption {pair['caption_index'] + 1}: {pair['original']}"), style="bold"))
        for (_, origin), alike in _group(pair["candidates"]).items():
            candidate = alike[0]
            chosen = candidate["text"] == pair["caption"] and origin == pair["chosen"]
            score = "      " if candidate["score"] is None else f"{candidate['score']:6.3f}"
            times = f"{origin} x{len(alike)}" if len(alike) > 1 else origin
            breaks = f"  [breaks a rule: {', '.join(candidate['breaks'])}]" if candidate["breaks"] else ""
            text = f"{'→' if chosen else ' '} {score}  {times:<11}  {candidate['text']}{breaks}"
            _indent(Text(clean(text), "green" if chosen else ""), console)


def _group(candidates: Sequence[Line]) -> dict[tuple[str, str], list[Line]]:
    """Equal candidates together, in order of their first."""
    groups: dict[tuple[str, str], list[Line]] = {}
    for candidate in candidates:
        groups.setdefault((candidate["text"], candidate["origin"]), []).append(candidate)
    return groups


def _show_task(task: str, outcome: str, turns: Sequence[Line], console: Console) -> None:
    head = Text(f"\nTask {task}: ", style="bold")
    head.append(outcome, STYLES.get(outcome, ""))
    console.print(head)
    before = ""
    for number in sorted({turn["round"] for turn in turns}):
        these = [turn for turn in turns if turn["round"] == number]
        console.print(Text(f"Round {number}", style="bold"))
        text = _written(these)
        _indent(_difference(before, text) if before else Text(clean(text)), console)
        for turn in these:
            _show_answer(turn, console)
        before = text or before


def _written(turns: Sequence[Line]) -> str:
    """The instruction as it was judged; as it was written where nobody judged it."""
    asked = [turn for turn in turns if turn["stage"] == "judge" and not turn["repair"]]
    judged = [turn["fields"]["instruction"] for turn in asked]
    replies = [turn["reply"][0] for turn in turns if turn["stage"] == "write" and turn.get("reply")]
    return str((judged or replies[-1:] or [""])[0])


def _show_answer(turn: Line, console: Console) -> None:
    if "error" in turn:
        console.print(Text(clean(f"{turn['node']}: {turn['error']}: {turn['message']}"), STYLES["failed"]))
    elif turn["stage"] == "judge":
        console.print(_verdict(turn["reply"][0]))
    elif turn["stage"] == "mine":
        rule = (find_json(turn["reply"][0]) or {}).get("rule", turn["reply"][0])
        console.print(Text(clean(f"Rule mined: {' '.join(str(rule).split())}"), "magenta"))


def _verdict(reply: str) -> Text:
    """A judge's reply in words; one that is not structured as it is."""
    found = find_json(reply)
    if found is None or "verdict" not in found:
        return Text(clean(f"Judge: {' '.join(reply.split())}"), "yellow")
    category = f" ({found['category']})" if found.get("category") else ""
    reason = f": {found['reason']}" if found.get("reason") else ""
    style = STYLES["accepted" if found["verdict"] == "accept" else "rejected"]
    return Text(clean(f"Judge: {found['verdict']}{category}{reason}"), style)


def _difference(before: str, after: str) -> Text:
    """The new text, with what went and what came marked word by word."""
    old, new = _words(before), _words(after)
    text = Text()
    for kind, i1, i2, j1, j2 in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        gone, came = clean("".join(old[i1:i2])), clean("".join(new[j1:j2]))
        if kind == "equal":
            text.append(came)
            continue
        if gone.strip():
            text.append(f"[-{gone.strip()}-]", "red strike").append(" ")
        if came.strip():
            text.append(f"{{+{came.rstrip()}+}}", "green").append(came[len(came.rstrip()) :])
    return text


def _words(text: str) -> list[str]:
    return re.findall(r"\S+\s*", text)


def show_prompt(root: Path, turn: Line, console: Console) -> None:
    """One request as it was sent."""
    parameters = ", ".join(
        f"{name} {value}" for name, value in turn["parameters"].items() if value is not None
    )
    who = f"{_where(turn).strip(' ()') or 'sample'}; {turn.get('model', 'no reply')}"
    head = f"\n{turn['prompt']} ({who}; {parameters})"
    console.print(Text(clean(head), style="bold"))
    for name, text in _filled(root, turn):
        console.print(Text(name, "dim"))
        _indent(Text(clean(text)), console)
    console.print(Text("Reply", "dim"))
    for reply in turn.get("reply", [f"{turn.get('error')}: {turn.get('message')}"]):
        _indent(Text(clean(reply), "cyan"), console)


def _filled(root: Path, turn: Line) -> Iterator[tuple[str, str]]:
    """System and user text, filled again from the kept prompt and the turn's fields."""
    path = root / "prompts" / f"{turn['digest']}.md"
    if not path.is_file():
        raise PromptError(f"{path} is missing: the prompt of this turn cannot be shown.")
    prompt = PromptFile(turn["prompt"], path.read_text("utf-8")).fill(turn["fields"])
    yield "System", prompt.system
    yield "User", prompt.user


def _indent(text: Text, console: Console) -> None:
    for line in text.split("\n"):
        console.print(Text("  ") + line, soft_wrap=True)
