"""Blocks on a terminal: indented by their depth, without control characters, and only what was asked for."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from irloom.engine.texts import digest_text
from irloom.views.blocks import (
    Block,
    Candidate,
    Chip,
    Choice,
    Code,
    Columns,
    Picture,
    Pictures,
    Question,
    Section,
    Table,
    Text,
    Told,
    View,
)
from irloom.views.console import PlainConsole, make_console, show_prompt, show_sample
from irloom.views.differences import compare_words

COMMIT: dict[str, Any] = {"sample": "7", "outcome": "accepted", "attempt": 2, "rules": 0}
DEBATES: Sequence[Block] = [
    Pictures([("made", "made by a rule"), ("gone", "not there")]),
    Columns(
        [
            [
                Section(
                    "Edit 1", [Text("first", "Said")], task="color.1", chips=[Chip("accepted", "accepted")]
                ),
                Section("Edit 2", [Text("second", "Said")], task="color.2"),
            ],
            [
                Section(
                    "Family", [Columns([[Section("Edit 3", [Text("third")], task="shape.3")]])], task="shape"
                )
            ],
        ]
    ),
]


def show(blocks: Sequence[Block], task: str | None = None, width: int = 80, **told: Any) -> list[str]:
    """The lines below the head."""
    file = io.StringIO()
    console = PlainConsole(file=file, width=width, markup=False, emoji=False, highlight=False)
    pictures = [Picture("made", "run", "images/7.png"), Picture("source", "source", "7.jpg")]
    view = View(pictures=lambda rows: pictures, blocks=lambda told: blocks)
    known = Told({**COMMIT, **told.get("commit", {})}, told.get("rows", {}), ())
    show_sample(Path("run"), told.get("source"), known, view, task, console)
    return file.getvalue().splitlines()


def test_the_head_says_how_the_sample_ended_and_the_version_of_its_rules_where_there_are_any() -> None:
    assert show([]) == ["Sample 7: accepted, attempt 2"]
    assert show([], commit={"rules": 3}) == ["Sample 7: accepted, attempt 2, under version 3 of the rules"]


def test_faults_stand_above_all_with_their_place() -> None:
    fault = {"stage": "judge", "task": "reasoning", "round": 1, "error": "E", "message": "m \x1b[2J"}
    (_, line) = show([], rows={"failed": [fault]})
    assert line == "Failed at judge (task reasoning, round 1): E: m \ufffd[2J"


def test_sections_are_indented_by_their_depth() -> None:
    inner = Section("Round 1", [Text("one\ntwo"), Text("why", "Judge", [Chip("reject"), Chip("material")])])
    assert show([Section("Task", [inner], "a note", [Chip("rejected", "rejected")])])[1:] == [
        "",
        "Task: rejected  a note",
        "  Round 1",
        "    one",
        "    two",
        "    Judge: reject (material): why",
    ]


def test_pictures_are_paths_and_one_that_is_nowhere_is_named() -> None:
    shown = Pictures([("made", "infrared"), ("source", "visible"), ("gone", "other")])
    assert show([shown])[1:] == [
        "Picture, infrared: run/images/7.png",
        "Picture, visible: 7.jpg",
        "Picture, other: gone",
    ]
    assert show([shown], source=Path("photos"))[2] == "Picture, visible: photos/7.jpg"


def test_what_changed_is_marked_word_by_word() -> None:
    text = "It stands there."
    assert show([Text(text, pieces=compare_words("It sits there.", text))])[1:] == [
        "It [-sits-] {+stands+} there."
    ]


def test_candidates_stand_with_scores_and_an_arrow_at_the_chosen_one() -> None:
    choice = Choice(
        "1. A red dog.",
        [
            Candidate("A dog.", "filtered", times=5, score=0.75, chosen=True),
            Candidate("A red dog.", "original", objection="breaks a rule: red"),
        ],
    )
    assert show([choice])[1:] == [
        "1. A red dog.",
        "  →  0.750  filtered x5  A dog.",
        "            original     A red dog.  [breaks a rule: red]",
    ]


@pytest.mark.parametrize(
    ("answered", "said"), [("A", "right, answered A"), ("B", "wrong, answered B"), (None, "nothing")]
)
def test_a_question_stands_with_its_options_and_the_answer(answered: str | None, said: str) -> None:
    (line,) = show([Question("How many?", {"B": "two", "A": "one"}, "A", answered)])[1:]
    assert line.startswith("How many? (A: one, B: two) ")
    assert line.endswith(said)


def test_rows_of_a_table_are_lines_and_long_lines_of_a_cell_stand_below_its_name() -> None:
    rows = [("layout", "2", "fine"), ("labels", "A\nB"), ("plan", f"one\n{'two' * 30}")]
    table = Table(rows, head=("mark", "of 2", "why"), meter=2)
    assert show([table])[1:] == [
        "mark: of 2 why",
        "layout: 2 fine",
        "labels: A; B",
        "plan:",
        "  one",
        f"  {'two' * 30}",
    ]


def test_code_is_shown_as_it_is_and_escapes_are_not() -> None:
    assert show([Code("if x:\n    y\x1b[31m [bold]:smile:[/bold]")])[1:] == [
        "if x:",
        "    y\ufffd[31m [bold]:smile:[/bold]",
    ]


def test_long_lines_are_left_to_the_terminal() -> None:
    assert show([Text("word " * 50)], width=40)[1:] == [("word " * 50)]


@pytest.mark.parametrize(
    ("task", "found", "left_out"),
    [
        ("color.2", ["Edit 2", "second"], ["Edit 1", "Edit 3", "Picture"]),
        ("color", ["Edit 1", "Edit 2"], ["Edit 3", "Picture"]),
        ("shape.3", ["Family", "Edit 3", "third"], ["Edit 1"]),
        ("shape", ["Family", "third"], ["Edit 1"]),
        ("other", [], ["Edit", "Picture", "Family"]),
    ],
)
def test_with_a_task_only_what_is_about_it_is_shown(task: str, found: list[str], left_out: list[str]) -> None:
    text = "\n".join(show(DEBATES, task))
    assert text.startswith("Sample 7: accepted")
    assert all(one in text for one in found)
    assert not any(one in text for one in left_out)


def test_without_a_task_everything_is_shown() -> None:
    text = "\n".join(show(DEBATES))
    assert all(one in text for one in ("Picture", "Edit 1: accepted", "Edit 2", "Family", "Edit 3"))


def test_a_request_is_shown_as_it_was_sent_with_every_reply(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "prompts").mkdir()
    text = "# System\n\nBe brief.\n\n# User\n\nSay {{word}}.\n"
    (tmp_path / "prompts" / f"{digest_text(text)}.md").write_text(text)
    turn: dict[str, Any] = {
        "prompt": "task/say",
        "digest": digest_text(text),
        "fields": {"word": "hi\x07"},
        "parameters": {"n": 2, "seed": None},
        "model": "m",
        "round": 1,
        "reply": ["Hi.", "Ho."],
    }
    show_prompt(tmp_path, turn, make_console())
    show_prompt(tmp_path, {**turn, "reply": [], "error": "E"}, make_console())
    lines = capsys.readouterr().out.splitlines()
    assert lines[:9] == [
        "",
        "task/say (round 1; m; n 2)",
        "System",
        "  Be brief.",
        "User",
        "  Say hi\ufffd.",
        "Reply",
        "  Hi.",
        "  Ho.",
    ]


def test_a_request_that_failed_shows_its_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    turn: dict[str, Any] = {"prompt": "p", "digest": "0", "fields": {"a": 1}, "parameters": {}}
    show_prompt(tmp_path, {**turn, "error": "EndpointError", "message": "HTTP 500"}, make_console())
    out = capsys.readouterr().out
    assert "p (sample; no reply; )" in out
    assert "It cannot be shown as it was sent" in out
    assert "  EndpointError: HTTP 500" in out
