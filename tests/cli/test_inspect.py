"""`irloom inspect` shows what is committed, finds samples, and keeps escapes off the terminal."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from irloom.cli.main import main
from irloom.engine.seals import seal
from irloom.engine.storage import dump_line
from support.chat_server import Asked, ChatServer
from support.coco import write_coco

NASTY = "\x1b[31m \x1b]0;title\x07 \x9b2J \rover \u202egnp \x7f\x00 [bold]markup[/bold] :smile:"
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def number_in(text: str) -> int:
    found = re.search(r"number (\d)", text)
    return int(found[1]) if found else 0


def answer(asked: Asked, again: int) -> str | None:
    """Sample 1 is accepted, 2 always rejected, 3 fails at the judge, 4 is accepted in the second round."""
    fields = asked.fields
    match asked.prompt:
        case "caption/filter":
            return f"A dog number {number_in(fields['caption'])} {NASTY} lies."
        case "task/reasoning":
            changed = "sits" if fields["requirements"] == "none" else "stands"
            question = f"What about number {number_in(fields['captions'])}?"
            return json.dumps({"question": question, "answer": f"It {changed} there {NASTY}."})
        case "task/description":
            return f"A thermal picture of a dog {NASTY}."
        case "debate/mine":
            return json.dumps({"rule": f"Delete all words about wood{NASTY}."})
        case "debate/judge_grounded" if "number" in fields["instruction"]:
            return judge(number_in(fields["instruction"]), "sits" in fields["instruction"])
        case "debate/judge_grounded":
            return "ACCEPT"
    return None


def judge(number: int, first: bool) -> str:
    if number == 3:
        return f"I'm sorry, I cannot say more than maybe{number}."
    if number == 2 or (number == 4 and first):
        return json.dumps(
            {"verdict": "reject", "category": "material", "reason": f"Oak {number} is not visible {NASTY}"}
        )
    return json.dumps({"verdict": "accept", "category": None, "reason": ""})


class Desk(NamedTuple):
    run: Path
    server: ChatServer


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    monkeypatch.setenv("IRLOOM_CACHE", str(tmp_path_factory.getbasetemp() / "cache"))
    monkeypatch.setenv("OPENAI_API_KEY", "secret")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A finished run whose captions' rewrites, replies, reasons and rules hold escapes."""
    folder = tmp_path_factory.mktemp("inspected")
    coco = write_coco(folder, 4, captions=("A brown dog lies there.",))
    with ChatServer(fault=answer) as server, pytest.MonkeyPatch.context() as patch:
        patch.setenv("IRLOOM_CACHE", str(folder / "cache"))
        patch.setenv("OPENAI_API_KEY", "secret")
        options = [
            "--candidates",
            "2",
            "--max-rounds",
            "2",
            "--concurrency",
            "1",
            "--tasks",
            "reasoning,description",
        ]
        code = main(
            ["run", "infrared", *coco.options, "--out", str(folder / "run"), *server.options, *options]
        )
        assert code == 1, "sample 3 failed"
        yield Desk(folder / "run", server)


@pytest.fixture
def copy(desk: Desk, tmp_path: Path) -> Path:
    """The run, to be changed."""
    return shutil.copytree(desk.run, tmp_path / "copy")


class Shown(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def samples(self) -> list[str]:
        return [line["sample"] for line in self.lines]


def inspect(run: Path, capsys: pytest.CaptureFixture[str], *options: str) -> Shown:
    capsys.readouterr()
    code = main(["inspect", str(run), *options])
    return Shown(code, *capsys.readouterr())


FORMS = [
    (),
    *(("--outcome", outcome) for outcome in ("accepted", "rejected", "failed", "unjudged")),
    ("--text", "oak"),
    *(
        (sample, *more)
        for sample in "1234"
        for more in ((), ("--prompts",), ("--task", "reasoning", "--prompts"))
    ),
]


def test_the_data_hold_escapes_and_no_form_prints_any(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    assert r"\u001b[31m" in (desk.run / "transcripts.jsonl").read_text()
    assert r"\u001b[31m" in (desk.run / "instructions.jsonl").read_text()
    assert r"\u001b" in (desk.run / "rules.jsonl").read_text()
    for form in FORMS:
        for more in ((), ("--json",)):
            shown = inspect(desk.run, capsys, *form, *more)
            assert shown.code == 0
            text = shown.out.replace("\x7f", "") if more else shown.out  # JSON leaves DEL, which is harmless
            assert not CONTROL.search(text + shown.err), (form, more)
    assert main(["rules", str(desk.run)]) == 0
    assert not CONTROL.search(capsys.readouterr().out)


def test_markup_and_emoji_codes_are_shown_as_they_are(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    assert "[bold]markup[/bold] :smile:" in inspect(desk.run, capsys, "1").out


def test_the_summary_counts_outcomes_tasks_rules_and_calls(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    out = inspect(desk.run, capsys).out
    assert "4 samples, irloom" in out
    assert "chat by test-model" in out
    assert re.search(r"samples: accepted 3 +failed 1", out)
    assert re.search(r"reasoning +2 +1 +1 +0", out)
    assert re.search(r"description +4 +0 +0 +0", out)
    assert "objections: material 3" in out
    assert "failures: judge 1" in out
    assert re.search(r"Delete all words about wood.* +2, reasoning: Oak 2", out)


def test_the_summary_is_one_json_object(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    (found,) = inspect(desk.run, capsys, "--json").lines
    assert found["summary"]["outcomes"] == {"accepted": 3, "failed": 1}
    assert found["source"]["images"] == 4
    assert [rule["origin"] for rule in found["rules"]] == ["basic"] * 6 + ["mined"]
    assert found["rules"][6]["fired"] == 1, "once in a later commit; once in its own does not count"


@pytest.mark.parametrize(
    ("options", "samples"),
    [
        (["--outcome", "accepted"], ["1", "2", "4"]),
        (["--outcome", "failed"], ["3"]),
        (["--outcome", "rejected"], []),
        (["--task", "reasoning"], ["1", "2", "3", "4"]),
        (["--task", "conversation"], []),
        (["--outcome", "rejected", "--task", "reasoning"], ["2"]),
        (["--outcome", "accepted", "--task", "description"], ["1", "2", "3", "4"]),
        (["--rule", "WOOD"], ["2", "4"]),
        (["--rule", "colour"], []),
        (["--text", "oak 2"], ["2"]),
        (["--text", "BROWN DOG NUMBER 3"], ["3"]),
        (["--text", "maybe3"], ["3"]),
        (["--text", "transparency"], []),
        (["--text", "mine_rule"], []),
        (["--text", "oak", "--outcome", "accepted", "--task", "reasoning"], ["4"]),
        (["--text", ""], ["1", "2", "3", "4"]),
    ],
)
def test_samples_are_found_by_outcome_task_rule_and_text(
    options: list[str], samples: list[str], desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    assert inspect(desk.run, capsys, *options, "--json").samples == samples
    shown = inspect(desk.run, capsys, *options)
    assert [line.split()[0] for line in shown.out.splitlines()] == samples
    assert shown.code == 0


def test_a_caption_is_found_also_where_nothing_was_asked(
    desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    coco = write_coco(tmp_path / "coco", 2, captions=("A brown dog lies there.",))
    run = tmp_path / "run"
    options = ["--no-filtering", "--no-scoring", "--tasks", "none"]
    assert main(["run", "infrared", *coco.options, "--out", str(run), *desk.server.options, *options]) == 0
    assert inspect(run, capsys, "--text", "dog number 2", "--json").samples == ["2"]


def test_a_line_of_the_list_says_how_each_task_ended(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    (line,) = inspect(desk.run, capsys, "--outcome", "failed").out.splitlines()
    assert re.search(r"3 +failed +.*reasoning failed .*judge: ModelReplyError", line)


def test_a_debate_is_shown_round_by_round_with_the_words_that_changed(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    out = inspect(desk.run, capsys, "4", "--task", "reasoning").out
    assert "Sample 4: accepted, attempt 1" in out
    assert (
        out.index("Round 1")
        < out.index("Judge: reject (material): Oak 4 is not visible")
        < out.index("Rule mined:")
    )
    assert out.index("Rule mined:") < out.index("Round 2") < out.index("Judge: accept")
    assert re.search(r"It \[-sits-\] \{\+stands\+\} there", out)
    assert "description" not in out
    assert "Captions" not in out


def test_captions_are_shown_with_their_candidates_and_the_chosen_one(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    out = inspect(desk.run, capsys, "1").out
    assert "Captions  1, with their candidates\n  1. A brown dog number 1 lies there.\n" in out
    assert out.count("→") == 1
    assert "[breaks a rule: brown]" in out
    assert "Task description: accepted" in out


def test_a_failed_sample_says_where_and_why(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    out = inspect(desk.run, capsys, "3").out
    assert "Failed at judge (task reasoning, round 1): ModelReplyError: the model refused: " in out.replace(
        "\n", " "
    )


def test_prompts_are_shown_as_they_were_sent(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    out = inspect(desk.run, capsys, "4", "--prompts").out
    assert "caption/filter (caption 0; test-model" in out
    assert "Caption: A brown dog number 4 lies there." in out
    assert "{{" not in out
    assert out.count("debate/judge_grounded (") == 3
    assert "caption/filter" not in inspect(desk.run, capsys, "4", "--prompts", "--task", "reasoning").out


def test_of_a_prompt_that_is_gone_what_was_filled_in_is_shown(
    copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.rmtree(copy / "prompts")
    assert inspect(copy, capsys, "1").code == 0
    shown = inspect(copy, capsys, "1", "--prompts")
    assert (shown.code, shown.err) == (0, "")
    assert "It cannot be shown as it was sent: " in shown.out
    assert "No such file or directory" in shown.out
    assert "caption\n  A brown dog number 1 lies there.\n" in shown.out


def test_a_sample_as_json_has_its_commit_its_rows_and_its_transcript(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    (found,) = inspect(desk.run, capsys, "2", "--json").lines
    assert set(found) == {
        "commit",
        "pairs",
        "instructions",
        "rejected",
        "rejected_pairs",
        "failed",
        "transcripts",
    }
    assert {
        name: len(found[name]) for name in ("pairs", "instructions", "rejected", "failed", "transcripts")
    } == {
        **{"pairs": 1, "instructions": 1, "rejected": 1, "failed": 0, "transcripts": 1},
    }
    assert NASTY.strip()[:5] in found["rejected"][0]["messages"][1]["content"]


@pytest.mark.parametrize("sample", ["5", "", "1 ", "\x1b[2J"])
def test_an_unknown_sample_is_one_message_with_a_command_that_lists_them(
    sample: str, desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = inspect(desk.run, capsys, sample)
    assert (shown.code, shown.out) == (2, "")
    assert re.match(
        r"irloom: No sample '.*' is committed in .*To list those that are: irloom inspect", shown.err
    )
    assert not CONTROL.search(shown.err)


@pytest.mark.parametrize("options", [(), ("--json",), ("1",), ("--outcome", "failed"), ("--text", "x")])
@pytest.mark.parametrize("name", ["missing", "empty", "file"])
def test_a_folder_without_a_run_is_one_message(
    name: str, options: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").touch()
    shown = inspect(tmp_path / name, capsys, *options)
    assert shown.code == 2
    assert "holds no run" in shown.err


def test_a_run_in_progress_is_read_up_to_its_last_commit(
    copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = [inspect(copy, capsys, *form).out for form in FORMS]
    row = {
        "sample": "1",
        "attempt": 1,
        "task": "reasoning",
        "caption": "oak",
        "rule": "Delete x.",
        "origin": "mined",
    }
    for name in ("pairs", "instructions", "rejected", "failed", "transcripts", "rules"):
        with (copy / f"{name}.jsonl").open("ab") as file:
            file.write(dump_line(row | {"version": 9}) + b'{"sample":"2","torn')
    lines = (copy / "commits.jsonl").read_bytes().count(b"\n")
    admit = seal(dump_line({"event": "admit", "sample": "9", "attempt": 1, "rules": 0}), lines)
    with (copy / "commits.jsonl").open("ab") as file:
        file.write(admit + b'{"event":"commit","sam')
    assert [inspect(copy, capsys, *form).out for form in FORMS[1:]] == before[1:]
    assert "not finished 1" in inspect(copy, capsys).out


def test_after_a_retry_only_the_last_attempts_rows_count(
    desk: Desk, copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.server.fault = lambda asked, again: (
        "ACCEPT" if asked.prompt == "debate/judge_grounded" else answer(asked, again)
    )
    try:
        assert main(["resume", str(copy), "--retry-failed", "--quiet"]) == 0
    finally:
        desk.server.fault = answer
    (found,) = inspect(copy, capsys, "--json").lines
    assert {name: count for name, count in found["summary"]["outcomes"].items() if count} == {"accepted": 4}
    assert found["summary"]["samples"] == 4
    assert inspect(copy, capsys, "--outcome", "failed", "--json").lines == []
    (sample,) = inspect(copy, capsys, "3", "--json").lines
    assert (sample["commit"]["attempt"], sample["failed"], len(sample["pairs"])) == (2, [], 1)
    assert inspect(copy, capsys, "--text", "maybe3", "--json").lines == []
    assert "Failed at" not in inspect(copy, capsys, "3").out
