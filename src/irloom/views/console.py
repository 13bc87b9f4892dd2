"""Draws blocks on a terminal."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from rich.console import Console
from rich.text import Text

from irloom.views.blocks import (
    Block,
    Chip,
    Choice,
    Code,
    Line,
    Picture,
    Pictures,
    Question,
    Section,
    Table,
    Told,
    View,
    list_pictures,
    straighten,
)
from irloom.views.blocks import Text as Paragraph
from irloom.views.differences import Piece
from irloom.views.outcomes import Labels, name_outcome
from irloom.views.terminal import clean
from irloom.views.transcript import fill_prompt, name_place

STYLES: Mapping[str, str] = {
    "accepted": "green",
    "rejected": "yellow",
    "failed": "red",
    "unjudged": "cyan",
}
_SHORT = 80
"""Letters of a cell that stands on one line."""
_TONES: Mapping[str, str] = {**STYLES, "dim": "dim", "rule": "magenta"}


class PlainConsole(Console):
    """A console that leaves a reader who has gone (such as `head`) to `irloom.cli.main`."""

    def on_broken_pipe(self) -> None:
        """Raise, where rich would exit with 1."""
        raise BrokenPipeError


def make_console() -> Console:
    """A console that never reads markup or emoji codes out of data, 100 columns wide where nobody watches."""
    width = None if sys.stdout.isatty() else 100
    return PlainConsole(width=width, markup=False, emoji=False, highlight=False, soft_wrap=False)


def show_sample(
    root: Path,
    source: Path | None,
    told: Told,
    view: View,
    task: str | None,
    console: Console,
    labels: Labels = MappingProxyType({}),
) -> None:
    """A sample from its outcome to its last block; with `task` only what is about that task, or its kind.

    `labels` are the flow's words for outcomes.
    """
    commit = told.commit
    head = Text(clean(f"Sample {commit['sample']}: "), style="bold")
    head.append(name_outcome(commit["outcome"], labels), STYLES.get(commit["outcome"], ""))
    head.append(f", attempt {commit['attempt']}", "not bold")
    if commit["rules"]:
        head.append(f", under version {commit['rules']} of the rules", "not bold")
    console.print(head)
    for fault in told.rows.get("failed", ()):
        said = f"Failed at {fault['stage']}{_where(fault)}: {fault['error']}: {fault['message']}"
        console.print(Text(clean(said), STYLES["failed"]), soft_wrap=True)
    folders = {"run": root, "source": source}
    pictures = {one.kind: one for one in list_pictures(view, told.rows)}
    page = _Page(console, folders, pictures)
    for block in straighten(view.blocks(told)):
        if task is None or (isinstance(block, Section) and _is_about(block, task)):
            page.draw(_only(block, task), 0)


def show_prompt(root: Path, turn: Line, console: Console) -> None:
    """One request as it was sent."""
    parameters = ", ".join(
        f"{name} {value}" for name, value in turn["parameters"].items() if value is not None
    )
    who = f"{name_place(turn) or 'sample'}; {turn.get('model', 'no reply')}"
    console.print(Text(clean(f"\n{turn['prompt']} ({who}; {parameters})"), style="bold"))
    for name, text in fill_prompt(root, turn):
        console.print(Text(name, "dim"))
        _indent(Text(clean(text)), 1, console)
    console.print(Text("Reply", "dim"))
    for reply in turn.get("reply", [f"{turn.get('error')}: {turn.get('message')}"]):
        _indent(Text(clean(reply), "cyan"), 1, console)


def _is_about(section: Section, task: str) -> bool:
    """Whether a section is about a task, or holds one that is."""
    if section.task and task in (section.task, section.task.partition(".")[0]):
        return True
    return any(isinstance(one, Section) and _is_about(one, task) for one in straighten(section.blocks))


def _only(block: Block, task: str | None) -> Block:
    """A section without the parts of it that are about other tasks."""
    if task is None or not isinstance(block, Section) or block.task in (task, task.partition(".")[0]):
        return block
    inside = straighten(block.blocks)
    blocks = [one for one in inside if not isinstance(one, Section) or _is_about(one, task)]
    return Section(block.title, blocks, block.note, block.chips, block.task)


def _where(fault: Line) -> str:
    return f" ({place})" if (place := name_place(fault)) else ""


class _Page:
    """A terminal, and where pictures lie."""

    def __init__(
        self, console: Console, folders: Mapping[str, Path | None], pictures: Mapping[str, Picture]
    ) -> None:
        self._console = console
        self._folders = folders
        self._pictures = pictures

    def draw(self, block: Block, depth: int) -> None:
        """One block, indented by its depth."""
        match block:
            case Section():
                self._draw_section(block, depth)
            case Pictures():
                self._draw_pictures(block, depth)
            case Paragraph():
                self._draw_text(block, depth)
            case Choice():
                self._print(Text(clean(block.title), style="bold"), depth)
                for one in block.candidates:
                    score = "      " if one.score is None else f"{one.score:6.3f}"
                    times = f"{one.origin} x{one.times}" if one.times > 1 else one.origin
                    note = f"  [{one.objection}]" if one.objection else ""
                    line = f"{'→' if one.chosen else ' '} {score}  {times:<11}  {one.text}{note}"
                    self._print(Text(clean(line), "green" if one.chosen else ""), depth + 1)
            case Question():
                options = ", ".join(f"{letter}: {text}" for letter, text in sorted(block.options.items()))
                right = f"{'right' if block.is_right else 'wrong'}, answered {block.answered or 'nothing'}"
                self._print(Text(clean(f"{block.text} ({options}) {right}")), depth)
            case Table():
                for row in [*([block.head] if block.head else []), *block.rows]:
                    self._draw_row(*row, depth=depth)
            case Code():
                self._print(Text(clean(block.text)), depth)

    def _draw_section(self, section: Section, depth: int) -> None:
        head = Text(clean(section.title), style="bold")
        if section.chips:
            head.append(": ").append_text(_chips(section.chips))
        if section.note:
            head.append(f"  {clean(section.note)}", "not bold dim")
        if not depth:
            self._console.print()
        self._print(head, depth)
        for block in straighten(section.blocks):
            self.draw(block, depth + 1)

    def _draw_row(self, name: str, *cells: str, depth: int) -> None:
        """A row on one line, unless a cell of several lines is too long: that stands below its name."""
        said = " ".join(cell for cell in cells if cell)
        if "\n" in said and len(said) > _SHORT:
            self._print(Text(clean(f"{name}:"), "bold"), depth)
            self._print(Text(clean(said)), depth + 1)
        else:
            self._print(_named(name, said.replace("\n", "; ")), depth)

    def _draw_pictures(self, pictures: Pictures, depth: int) -> None:
        for kind, label in pictures.shown:
            picture = self._pictures.get(kind)
            where = kind
            if picture is not None:
                folder = self._folders[picture.folder]
                where = str(folder / picture.path) if folder is not None else picture.path
            self._print(_named(f"Picture, {label}", where), depth)

    def _draw_text(self, paragraph: Paragraph, depth: int) -> None:
        text = Text()
        if paragraph.name:
            text.append(clean(f"{paragraph.name}: "), "bold")
        if paragraph.chips:
            text.append_text(_chips(paragraph.chips))
            text.append(": " if paragraph.text else "")
        if any(piece.kind != "same" for piece in paragraph.pieces):
            text.append_text(_mark(paragraph.pieces))
        else:
            text.append(clean(paragraph.text))
        text.stylize(_TONES.get(paragraph.tone, ""))
        self._print(text, depth)

    def _print(self, text: Text, depth: int) -> None:
        _indent(text, depth, self._console)


def _named(name: str, said: str) -> Text:
    return Text(clean(f"{name}: "), style="bold").append(clean(said), "not bold")


def _chips(chips: Sequence[Chip]) -> Text:
    """The first remark, and the others in brackets behind it."""
    first, *others = chips
    text = Text(clean(first.text), STYLES.get(first.tone, ""))
    if others:
        text.append(clean(f" ({', '.join(chip.text for chip in others)})"))
    return text


def _mark(pieces: Sequence[Piece]) -> Text:
    """A text with what went and what came marked word by word."""
    text = Text()
    for kind, said in pieces:
        said = clean(said)
        if kind == "same":
            text.append(said)
        elif kind == "marked":
            text.append(f"[{said}]", "bold red")
        elif kind == "gone":
            text.append(f"[-{said.strip()}-]", "red strike").append(" ")
        else:
            text.append(f"{{+{said.rstrip()}+}}", "green").append(said[len(said.rstrip()) :])
    return text


def _indent(text: Text, depth: int, console: Console) -> None:
    for line in text.split("\n"):
        console.print(Text("  " * depth) + line, soft_wrap=True)
