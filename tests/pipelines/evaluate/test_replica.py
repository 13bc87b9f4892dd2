"""A replica's table equals the published rules, which are written down here once more by themselves.

The rules are those of IF-Bench's bench_evaluate.py and merge_results.py; replies and numbers are made here.
"""

import ast
import hashlib
import json
import re
from collections import defaultdict
from pathlib import Path
from statistics import fmean
from typing import Any

import pytest
from aiohttp import web

from irloom.cli.main import main
from support.chat_server import Asked, ChatServer, complete
from support.ifbench import IfbenchSet

REPLIES = (
    *("A", "B", "C", "D", " B.\n", "C. because it is warm", "Based on the image, the answer is C."),
    *("The answer is D", "unclear", "(C)", "Definitely A", "b", "**B**", "F", "E. none", "", " \n"),
    *("答案是A。", "Ｂ", "选项D", "B。树木", "图中最亮的是人群"),
    *(r"\boxed{C}", "<answer><|begin_of_box|>D<|end_of_box|></answer>"),
    *("<think>it may be A</think>\n\nB", "It is A.</think>B", "<think>no</think>Because it is C"),
    *("<think>A</think>", "<think>A</think> ", "<think>a</think>B<think>c</think>D", "<think>so it may be B"),
)
CUT = "<think>so it may be B"
"""What a limit of tokens ended."""
CHECKS = ("A", "B", "\nC\n", " C ", "F", "", "the letter is B", "D.", "<think>\n\n</think>\n\nA")


class Speaking:
    """Says one of these texts, by what it is asked alone; of some questions it always knows the answer."""

    def __init__(self) -> None:
        self.said: dict[int, str] = {}
        """As it was sent, by the seed of the ask."""

    def __call__(self, asked: Asked, again: int) -> web.Response:
        text = self._choose(asked.prompt, asked.seed)
        self.said[asked.seed] = text
        return complete([text], asked.body["model"], "length" if text == CUT else "stop")

    def _choose(self, said: str, seed: int) -> str:
        number = int(hashlib.sha256(f"{seed}{said}".encode()).hexdigest(), 16)
        if "Another model was asked" in said:
            return CHECKS[number % len(CHECKS)]
        if re.search(r"picture [47]\?\.|第[47]张", said):
            (printed,) = re.findall(r"(\{.*\})", said)
            options = ast.literal_eval(printed).items()
            return next(str(letter) for letter, option in options if "right" in option)
        return REPLIES[number % len(REPLIES)]


def recognise(body: Any) -> Asked:
    """An ask by its text: the published layout hides which prompt it is of."""
    content = body["messages"][-1]["content"]
    text = content if isinstance(content, str) else content[-1]["text"]
    return Asked(text, {}, body)


def is_right(reply: str, check: str | None, letter: str) -> bool:
    """Whether the published script counts a reply as right."""
    text = reply.strip()
    if "</think>" in text:
        text = text.split("</think>")[-1].strip()
    if text and text[0] not in ("A", "B", "C", "D") and check is not None:
        said = check.split("</think>")[-1].strip("\n")
        if said and said[0] in ("A", "B", "C", "D"):
            text = said
    return len(text) > 0 and text[0] == letter


def test_the_table_of_a_replica_is_what_the_published_rules_make_of_the_same_replies(
    small: IfbenchSet, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run, speaking = tmp_path / "run", Speaking()
    with ChatServer(recognise=recognise, fault=speaking) as server:
        backend = ["--profile", "openai", "--model", server.model, "--base-url", server.url]
        protocol = ["--protocol", "replica", "--checker", server.model]
        assert main([*small.options(run, *protocol), *backend]) == 0
    transcripts = map(json.loads, (run / "transcripts.jsonl").read_text("utf-8").splitlines())
    turns = [{"sample": row["sample"], **turn} for row in transcripts for turn in row["turns"]]
    said = {
        (turn["agent"], turn["sample"], turn["task"]): speaking.said[turn["parameters"]["seed"]]
        for turn in turns
        if "prompt" in turn
    }
    assert {*REPLIES, *CHECKS} <= {*speaking.said.values()}, "everything was said"

    scores: dict[tuple[str, str], list[tuple[float, float]]] = defaultdict(list)
    wrong: dict[tuple[str, str, str], list[bool]] = defaultdict(list)
    for line in (run / "answers.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        ask = (row["sample"], row["ask"])
        right = is_right(said["answerer", *ask], said.get(("checker", *ask)), row["right"])
        assert right == row["correct"] == row["readings"]["first-character"]["correct"], row
        wrong[row["sample"], row["dimension"], row["language"]].append(right)
    for (_, dimension, language), hits in wrong.items():
        assert len(hits) == 4
        scores[dimension, language].append((sum(hits) / 4, sum(hits) // 4))

    capsys.readouterr()
    assert main(["bench", "ifbench", str(run), "--json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)["runs"]
    dimensions = sorted({dimension for dimension, _ in scores})
    assert len(dimensions) == 10
    tables = {table["language"]: table for table in found["scores"]}
    for kind, place in (("macro", 0), ("strict", 1)):
        finals = {}
        for language in ("cn", "en"):
            means = {one: fmean(score[place] for score in scores[one, language]) for one in dimensions}
            finals[language] = fmean(means.values())
            shown = tables[language]["dimensions" if place == 0 else "strict_dimensions"]
            for one in dimensions:
                value = shown[one]["value"] if place == 0 else shown[one]
                assert value == pytest.approx(means[one]), (language, one)
            whole = tables[language][kind]
            assert (whole["value"] if place == 0 else whole) == pytest.approx(finals[language])
        average = tables["average"][kind]
        expected = (finals["cn"] + finals["en"]) / 2
        assert (average["value"] if place == 0 else average) == pytest.approx(expected)
    assert 0 < expected < tables["average"]["macro"]["value"] < 1
