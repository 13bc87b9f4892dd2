"""SciGenBench's scores, added up again from the rows of a run in which every kind of failure was planted."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from statistics import fmean
from typing import Any

import pytest
from PIL import Image

from irloom.cli.main import main
from irloom.drawings import Drawing, DrawingFault, DrawingJob, DrawnText, SandboxLevel
from irloom.figures import DIMENSIONS
from irloom.sandbox.levels import Probe
from support.chat_server import Asked, ChatServer, Fault, refuse

KINDS = (
    *("nothing", "quiz lost", "quiz wrong", "undrawn", "undrawn unwritten", "unwritten", "blind lost"),
    *("judge lost", "open lost", "adapt lost", "grade lost"),
)
"""Of each there is a type of figure with two problems, one of which meets it."""
WRITTEN = {"undrawn unwritten", "unwritten", "blind lost"}
"""Where the problems bring no quizzes of their own."""


def png() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (40, 40), "white").save(file, "PNG")
    return file.getvalue()


class Painter:
    """Draws every script but those that say that they are broken."""

    level: SandboxLevel = "strict"

    async def draw(self, job: DrawingJob) -> Drawing | DrawingFault:
        if "broken" in job.source:
            return DrawingFault("code_error", "NameError")
        box = (0.1, 0.1, 0.2, 0.2)
        text = DrawnText(
            text="2 kg", plain="2 kg", role="text", axes=0, box=box, corners=((0.1, 0.1),) * 4,
            rotation=0, font_px=10, visible=True, clipped=False,
        )  # fmt: skip
        return Drawing(png(), None, 40, 40, (text,), (), 1, "", 1.0, 1.0)

    async def close(self) -> None:
        return None


async def open_easel(options: object) -> tuple[Painter, Probe]:
    return Painter(), Probe(level="strict", machine="", kernel="", hold={}, canary={}, passed_over={})


def write_quiz(problem: str, number: int) -> dict[str, Any]:
    options = {"A": "9 kg", "B": "7 kg", "C": "2 kg", "D": "8 kg"}
    return {"question": f"{problem}: which mass is number {number}?", "options": options}


def write_problems() -> Iterator[dict[str, Any]]:
    for kind in KINDS:
        for name in ("good", kind):
            problem = f"{kind} / {name}"
            given = [
                {**write_quiz(problem, number), "correct_option": "C", "evidence_snippet": "2 kg"}
                for number in range(3)
            ]
            yield {
                "id": problem.replace(" ", "-").replace("/", "of"),
                "question": f"({problem}) A mass of 2 kg falls. How fast?",
                "image_type": f"Physics - {kind}",
                "answer": "9.8",
                **({} if kind in WRITTEN else {"quizzes": given}),
            }


def reply(asked: Asked) -> Any:
    """What the models say; a problem whose name ends in what is planted meets it."""
    said = asked.fields.get("question", "") + asked.fields.get("quiz", "")
    planted = next((kind for kind in KINDS if f"/ {kind}" in said), "nothing")
    lost = refuse(400, "flagged by the content policy", code="content_filter")
    match asked.prompt, planted:
        case "figure/answer", "quiz lost" if "number 2" in said:
            return lost
        case "figure/answer", "quiz wrong" if "number 2" in said:
            return "NONE"
        case ("figure/quiz", "unwritten") | ("figure/judge", "judge lost") | ("figure/grade", "grade lost"):
            return lost
        case ("figure/solve", "open lost") | ("figure/adapt", "adapt lost"):
            return lost
        case "figure/blind", "blind lost" if "number 0" in said:
            return lost
    return _reply_well(asked, said, "undrawn" in planted)


def _reply_well(asked: Asked, said: str, is_broken: bool) -> Any:
    match asked.prompt:
        case "coder/understand":
            return json.dumps({"elements": ["a mass"], "givens": ["2 kg"]})
        case "coder/plan":
            parts = {name: ["a mass"] for name in ("content", "layout", "considerations")}
            return json.dumps({**parts, "labels": ["2 kg"], "forbidden": []})
        case "coder/code" | "coder/repair":
            return f"```python\n{'broken' if is_broken else 'good'} = 1\n```"
        case "figure/judge":
            return json.dumps({name: {"reason": "so", "score": 2} for name in DIMENSIONS})
        case "figure/adapt":
            kept = said.partition(")")[0]
            return json.dumps({"hidden": ["2 kg"], "question": f"{kept}) The mass shown falls. How fast?"})
        case "figure/quiz":
            problem = said.partition("(")[2].partition(")")[0]
            written = [{**write_quiz(problem, number), "correct": "C"} for number in range(3)]
            return json.dumps({"quizzes": [{**quiz, "evidence": "2 kg"} for quiz in written]})
        case "figure/blind":
            return "NONE"
        case "figure/answer":
            return next(line[0] for line in asked.fields["options"].splitlines() if line.endswith("2 kg"))
        case "figure/solve":
            return "Answer: 9.8"
    return '{"verdict": "correct"}'


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("planted")
    problems, out = folder / "problems.json", folder / "run"
    problems.write_text(json.dumps(list(write_problems())))
    fault: Fault = lambda asked, again: reply(asked)  # noqa: E731
    with pytest.MonkeyPatch.context() as patch, ChatServer(fault=fault) as server:
        patch.setenv("IRLOOM_CACHE", str(folder / "cache"))
        patch.setattr("irloom.pipelines.imgcoder.inputs.open_sandbox", open_easel)
        backend = ["--profile", "openai", "--model", server.model, "--base-url", server.url]
        command = ["run", "imgcoder", "--problems", str(problems), "--out", str(out), *backend, "--quiet"]
        assert main([*command, "--max-repairs", "0", "--blind-trials", "1"]) == 1
    return out


@pytest.fixture
def types(run: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    capsys.readouterr()
    assert main(["bench", "scigen", str(run), "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)["types"]
    return found


def read(run: Path, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (run / f"{name}.jsonl").read_text("utf-8").splitlines()]


def recompute(run: Path, problem: dict[str, Any]) -> dict[str, float]:
    """What a problem adds to each score, from its rows alone."""
    figures = [row for row in read(run, "figures") if row["sample"] == problem["id"]]
    faults = [row for row in read(run, "failed") if row["sample"] == problem["id"]]
    figure = figures[0] if figures else {"quizzes": [], "judgement": None, "open_answer": None}
    wanted = len(problem.get("quizzes", ())) or 3
    right = sum(quiz["correct"] for quiz in figure["quizzes"])
    solved = (figure["open_answer"] or {}).get("verdict") == "correct"
    assert bool(faults) or solved or not figures
    return {
        "r_inv": float(right == wanted),
        "r_inv_open": float(right == wanted and solved),
        "right": right,
        "mark": (figure["judgement"] or {"scores": {"layout": 0}})["scores"]["layout"],
    }


@pytest.mark.parametrize("kind", KINDS)
def test_each_score_is_that_of_the_rows(run: Path, types: dict[str, Any], kind: str) -> None:
    problems = [one for one in write_problems() if one["image_type"] == f"Physics - {kind}"]
    rows, found = [recompute(run, problem) for problem in problems], types[f"Physics - {kind}"]
    for name in ("r_inv", "r_inv_open"):
        assert found[name] == fmean(row[name] for row in rows), name
    assert found["quizzes_right"] == sum(row["right"] for row in rows)
    assert found["means"]["layout"] == fmean(row["mark"] for row in rows)


@pytest.mark.parametrize(
    ("kind", "lowered"),
    [
        ("nothing", set()),
        ("quiz lost", {"r_inv", "r_inv_open", "accuracy"}),
        ("quiz wrong", {"r_inv", "r_inv_open", "accuracy"}),
        ("undrawn", {"r_inv", "r_inv_open", "accuracy", "means"}),
        ("undrawn unwritten", {"r_inv", "r_inv_open", "means"}),
        ("unwritten", {"r_inv", "r_inv_open"}),
        ("blind lost", {"r_inv", "r_inv_open", "accuracy"}),
        ("judge lost", {"means"}),
        ("open lost", {"r_inv_open"}),
        ("adapt lost", {"r_inv_open"}),
        ("grade lost", {"r_inv_open"}),
    ],
)
def test_what_is_planted_lowers_the_scores_that_it_should_and_no_other(
    types: dict[str, Any], kind: str, lowered: set[str]
) -> None:
    found, clean = types[f"Physics - {kind}"], types["Physics - nothing"]
    assert (clean["r_inv"], clean["r_inv_open"], clean["accuracy"], clean["judged"]) == (1, 1, 1, 2)
    for name in ("r_inv", "r_inv_open", "accuracy"):
        assert (found[name] < clean[name]) == (name in lowered), name
    below = [found["means"][name] < clean["means"][name] for name in DIMENSIONS]
    assert below == [("means" in lowered)] * 5


def test_what_was_answered_stands_beside_with_its_number(types: dict[str, Any]) -> None:
    lost = types["Physics - quiz lost"]
    assert (lost["quizzes"], lost["quizzes_answered"], lost["whole"], lost["all_right"]) == (6, 5, 1, 1)
    judged = types["Physics - judge lost"]
    assert (judged["to_judge"], judged["judged"], judged["means_judged"]["layout"]) == (2, 1, 2.0)
    assert types["Physics - unwritten"]["unwritten"] == 1
