"""The ImgCoder flow over a real endpoint on loopback and the real sandbox."""

import json
import math
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from irloom.cli.main import main
from support.chat_server import Asked, ChatServer
from support.killing import start_irloom

PROBLEM = {
    "id": "ramp",
    "question": "A block of mass 2 kg rests on an incline of 30 degrees. Find its acceleration.",
    "image_type": "Physics - Mechanical",
    "answer": "4.9 m/s^2",
    "source": "made up",
}
QUIZZES = [
    {
        "question": f"Which {name} is marked?",
        "options": {"A": "9 kg", "B": "7 kg", "C": right, "D": "8 kg"},
        "correct_option": "C",
        "evidence_snippet": right,
    }
    for name, right in (("mass", "2 kg"), ("angle", "30 degrees"))
]
PLAN = {
    "content": ["an incline with a block"],
    "layout": ["the incline fills the canvas"],
    "labels": ["2 kg", "30°"],
    "considerations": ["equal aspect"],
    "forbidden": ["4.9"],
}
SCRIPT = """
import matplotlib.pyplot as plt
fig, ax = plt.subplots(figsize=(4, 4))
ax.plot([0, 4, 4, 0], [0, 0, 2.3, 0])
{texts}
ax.axis("off")
plt.show()
"""
GOOD = SCRIPT.format(texts='ax.text(1, 1.5, "2 kg")\nax.text(0.8, 0.1, r"$30^\\circ$")')
UNLABELLED = SCRIPT.format(texts='ax.text(1, 1.5, "2 kg")')
TELLING = SCRIPT.format(
    texts='ax.text(1, 1.5, "2 kg")\nax.text(0.8, 0.1, "30°")\nax.text(2, 2, "a = 4.9 m/s^2")'
)
BROKEN = "import matplotlib.pyplot as plt\nplt.plot(undefined_name)\n"
MARKS = ("correctness", "layout", "readability", "plausibility", "expressiveness")


def fence(code: str) -> str:
    return f"Here it is.\n```python\n{code}```\n"


class Endpoint:
    """What the models say; each test changes what matters to it."""

    def __init__(self, server: ChatServer) -> None:
        self.server = server
        self.codes = [fence(GOOD)]
        self.mark = 2
        self.blind = "NONE"
        self.replies: dict[str, str | None] = {}
        server.fault = self.answer

    def answer(self, asked: Asked, again: int) -> str | None:
        if asked.prompt in self.replies:
            return self.replies[asked.prompt]
        match asked.prompt:
            case "coder/understand":
                return json.dumps({"elements": ["an incline", "a block"], "givens": ["2 kg", "30°"]})
            case "coder/plan":
                return json.dumps(PLAN)
            case "coder/code" | "coder/repair" | "coder/one_call":
                names = ("coder/code", "coder/repair", "coder/one_call")
                return self.codes[min(len(self.server.asked_for(*names)), len(self.codes)) - 1]
            case "figure/judge":
                return json.dumps({name: {"reason": "so", "score": self.mark} for name in MARKS})
            case "figure/adapt":
                question = "A block of the mass shown rests on the incline shown. Find its acceleration."
                return json.dumps({"hidden": ["2 kg", "30 degrees"], "question": question})
            case "figure/quiz":
                return json.dumps({"quizzes": [to_generated(quiz) for quiz in QUIZZES]})
            case "figure/blind":
                return self.blind
            case "figure/answer":
                return find_right(asked)
            case "figure/solve":
                return "g sin 30 degrees\nAnswer: 4.9 m/s^2"
            case "figure/grade":
                return '{"verdict": "correct"}'
        return None


def to_generated(quiz: dict[str, Any]) -> dict[str, Any]:
    return {
        "question": quiz["question"],
        "options": quiz["options"],
        "correct": quiz["correct_option"],
        "evidence": quiz["evidence_snippet"],
    }


def find_right(asked: Asked) -> str:
    """The letter of the option that says a value of the problem."""
    options = dict(line.split(": ", 1) for line in asked.fields["options"].splitlines())
    return next(letter for letter, text in options.items() if text in {"2 kg", "30 degrees"})


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[ChatServer]:
    monkeypatch.setenv("IRLOOM_CACHE", str(tmp_path / "cache"))
    with ChatServer() as server:
        yield server


@pytest.fixture
def endpoint(server: ChatServer) -> Endpoint:
    return Endpoint(server)


def write_problems(path: Path, *rows: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def options(server: ChatServer, problems: Path, out: Path, *more: str) -> list[str]:
    backend = ["--profile", "openai", "--model", server.model, "--base-url", server.url]
    return ["run", "imgcoder", "--problems", str(problems), "--out", str(out), *backend, "--quiet", *more]


def run(
    server: ChatServer, tmp_path: Path, *rows: dict[str, Any], more: tuple[str, ...] = ()
) -> tuple[int, Path]:
    problems = write_problems(tmp_path / "problems.jsonl", *(rows or (PROBLEM,)))
    return main(options(server, problems, tmp_path / "run", *more)), tmp_path / "run"


def rows(out: Path, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (out / f"{name}.jsonl").read_text("utf-8").splitlines()]


def test_a_problem_becomes_a_figure_with_its_checks_marks_quizzes_and_training_row(
    server: ChatServer, endpoint: Endpoint, tmp_path: Path
) -> None:
    code, out = run(server, tmp_path)
    assert code == 0
    (figure,) = rows(out, "figures")
    assert figure["outcome"] == "accepted"
    assert figure["more"] == {"source": "made up"}, "fields that irloom does not know are kept"
    assert {check["name"]: check["passed"] for check in figure["checks"]} == dict.fromkeys(
        ("labels_drawn", "forbidden_absent", "inside_canvas", "no_overlap"), True
    )
    assert set(figure["judgement"]["scores"].values()) == {2}
    assert [quiz["correct"] for quiz in figure["quizzes"]] == [True, True]
    assert figure["adaptation"]["problems"] == []
    assert figure["open_answer"] == {"answer": "4.9 m/s^2", "verdict": "correct"}
    png = (out / figure["image"]).read_bytes()
    assert png.startswith(b"\x89PNG")
    assert (out / figure["svg"]).read_text("utf-8").lstrip().startswith("<?xml")
    for prompt in ("figure/judge", "figure/answer", "figure/solve"):
        assert all(asked.image == png for asked in server.asked_for(prompt)), prompt
    assert all(
        asked.image is None for asked in server.asked_for("figure/blind", "figure/adapt", "coder/code")
    )
    (instruction,) = rows(out, "instructions")
    assert instruction["messages"][0]["content"].startswith("<image>\nA block of the mass shown")
    assert instruction["messages"][1] == {"role": "assistant", "content": "4.9 m/s^2"}
    assert json.loads((out / "run.json").read_text())["sandbox"]["level"] in {"strict", "standard"}


def test_errors_and_faults_of_the_picture_are_told_to_the_repair_until_nothing_is_wrong(
    server: ChatServer, endpoint: Endpoint, tmp_path: Path
) -> None:
    endpoint.codes = [fence(BROKEN), fence(UNLABELLED), fence(TELLING), fence(GOOD)]
    code, out = run(server, tmp_path)
    assert code == 0
    told = [asked.fields["problem"] for asked in server.asked_for("coder/repair")]
    assert all(word in told[0] for word in ("code_error", "NameError", "line 2"))
    assert "'30°' should be read in the figure" in told[1]
    assert "'4.9' gives the answer away" in told[2]
    (figure,) = rows(out, "figures")
    assert figure["round"] == 4
    assert [draft["failure"] is not None for draft in figure["drafts"]] == [True, False, False, False]


def test_code_that_never_draws_is_rejected_with_its_reason_and_scores_as_wrong(
    server: ChatServer, endpoint: Endpoint, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    endpoint.codes = [fence(BROKEN)]
    code, out = run(server, tmp_path, {**PROBLEM, "quizzes": QUIZZES}, more=("--max-repairs", "1"))
    assert code == 0
    (rejected,) = rows(out, "rejected")
    assert rejected["reasons"][0]["category"] == "code_error"
    assert "NameError" in rejected["reasons"][0]["reason"]
    assert rows(out, "figures") == []
    assert server.asked_for("figure/judge") == []
    capsys.readouterr()
    assert main(["bench", "scigen", str(out), "--json"]) == 0
    overall = json.loads(capsys.readouterr().out)["overall"]
    assert (overall["quizzed"], overall["all_right"], overall["quizzes"]) == (1, 0, 2)


def test_a_figure_that_shows_the_answer_to_the_end_is_rejected(
    server: ChatServer, endpoint: Endpoint, tmp_path: Path
) -> None:
    endpoint.codes = [fence(TELLING)]
    _, out = run(server, tmp_path, more=("--max-repairs", "0"))
    (rejected,) = rows(out, "rejected")
    (reason,) = rejected["reasons"]
    assert reason["category"] == "forbidden_absent"
    assert "'4.9' gives the answer away" in reason["reason"]
    assert rows(out, "figures")[0]["outcome"] == "rejected", "the figure is kept beside its rejection"
    assert rows(out, "instructions") == []


def test_a_low_mark_rejects_with_the_judges_reason(
    server: ChatServer, endpoint: Endpoint, tmp_path: Path
) -> None:
    endpoint.mark = 0
    _, out = run(server, tmp_path)
    (rejected,) = rows(out, "rejected")
    assert rejected["reasons"][0]["category"] == "judge"
    assert "correctness 0: so" in rejected["reasons"][0]["reason"]


def test_generated_quizzes_that_need_no_figure_are_dropped_and_given_ones_are_not_tried(
    server: ChatServer, endpoint: Endpoint, tmp_path: Path
) -> None:
    def answer(asked: Asked, again: int) -> str | None:
        if asked.prompt == "figure/blind" and "mass" in asked.fields["quiz"]:
            return find_right(asked)
        return endpoint.answer(asked, again)

    server.fault = answer
    _, out = run(server, tmp_path, PROBLEM, {**PROBLEM, "id": "given", "quizzes": QUIZZES})
    generated, given = sorted(rows(out, "figures"), key=lambda row: row["sample"], reverse=True)
    assert generated["quizzes_dropped"] == 1
    assert [quiz["question"] for quiz in generated["quizzes"]] == ["Which angle is marked?"]
    assert (given["quizzes_dropped"], len(given["quizzes"])) == (0, 2)
    assert len(server.asked_for("figure/quiz")) == 1


def test_an_error_of_the_endpoint_fails_the_problem_and_a_retry_asks_only_what_is_missing(
    server: ChatServer, endpoint: Endpoint, tmp_path: Path
) -> None:
    endpoint.replies["figure/judge"] = endpoint.replies["repair"] = "I will not say."
    code, out = run(server, tmp_path)
    assert code == 1
    (failed,) = rows(out, "failed")
    assert (failed["stage"], failed["error"]) == ("judge", "ModelReplyError")
    before = server.counts()
    del endpoint.replies["figure/judge"]
    assert main(["resume", str(out), "--retry-failed", "--quiet"]) == 0
    again = server.counts() - before
    assert set(again) == {"figure/judge"}
    assert rows(out, "figures")[-1]["outcome"] == "accepted"


def test_one_call_plans_and_writes_in_one_request_and_asks_blindly_again(
    server: ChatServer, endpoint: Endpoint, tmp_path: Path
) -> None:
    plan = "1. Plan\n**Labels**\n- 2 kg\n- 30°\n**Drawing Considerations**\n- no result\n\n2. Python Code\n"
    endpoint.codes = [plan + fence(BROKEN), plan + fence(GOOD)]
    _, out = run(server, tmp_path, more=("--one-call",))
    assert set(server.counts()) & {"coder/understand", "coder/plan", "coder/repair"} == set()
    first, second = server.asked_for("coder/one_call")
    assert first.fields == second.fields
    assert first.body["temperature"] == 0.6
    (figure,) = rows(out, "figures")
    assert figure["plan"]["labels"] == ["2 kg", "30°"]


def test_without_a_model_that_sees_a_figure_is_unjudged_and_says_so(
    server: ChatServer, endpoint: Endpoint, tmp_path: Path
) -> None:
    _, out = run(server, tmp_path, more=("--no-judging", "--no-quizzing", "--no-adapting"))
    (figure,) = rows(out, "figures")
    assert (figure["outcome"], figure["judgement"], figure["quizzes"]) == ("unjudged", None, [])
    assert figure["models"]["judge"] == figure["models"]["quizzer"] == "none"
    assert rows(out, "instructions")[0]["verdict"] == "none"


def test_a_row_that_cannot_be_used_is_a_failed_row_with_its_line(
    server: ChatServer, endpoint: Endpoint, tmp_path: Path
) -> None:
    problems = tmp_path / "problems.jsonl"
    problems.write_text(json.dumps(PROBLEM) + "\nno json\n" + json.dumps({"id": "empty"}) + "\n")
    assert main(options(server, problems, tmp_path / "run")) == 1
    said = {row["sample"]: row["message"] for row in rows(tmp_path / "run", "failed")}
    assert said["line-2"].startswith("line 2: it is no JSON")
    assert said["empty"] == "line 3: it has no `question`"
    assert len(rows(tmp_path / "run", "figures")) == 1


def test_a_kill_in_the_middle_loses_nothing_and_repeats_no_recorded_call(
    server: ChatServer, endpoint: Endpoint, tmp_path: Path
) -> None:
    server.delay_s, server.stops_at = 0.05, 45
    many = [{**PROBLEM, "id": f"p{number}"} for number in range(8)]
    problems = write_problems(tmp_path / "problems.jsonl", *many)
    started = start_irloom(options(server, problems, tmp_path / "run"), tmp_path)
    while len(server.answered) < 45 and started.process.is_alive():
        time.sleep(0.02)
    in_flight = server.in_flight
    started.process.kill()
    assert started.wait().code == -9
    assert len(server.answered) == 45, "it was killed in the middle"
    server.stops_at = math.inf
    assert main(["resume", str(tmp_path / "run"), "--quiet"]) == 0
    assert sorted(row["sample"] for row in rows(tmp_path / "run", "figures")) == [row["id"] for row in many]
    repeated = len(server.answered) - len({asked.identity for asked in server.answered})
    assert repeated <= max(in_flight, server.peak), "at most what was on its way when it was killed"
