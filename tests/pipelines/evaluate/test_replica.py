"""A replica's table equals the published rules, which are written down here once more by themselves.

The rules are those of IF-Bench's bench_evaluate.py and merge_results.py; replies and numbers are made here.
"""

import hashlib
import json
from collections import defaultdict
from pathlib import Path
from statistics import fmean

import pytest

from irloom.cli.main import main
from support.chat_server import Asked, ChatServer
from support.ifbench import IfbenchSet

REPLIES = (
    *("A", "B", "C", "D", " B.\n", "C. because it is warm", "Based on the image, the answer is C."),
    *("The answer is D", "<think>it may be A</think>\n\nB", "unclear", "答案是A。", "(C)", "Definitely A"),
)
CHECKS = ("A", "B", " C ", "F", "", "the letter is B")


class Speaking(ChatServer):
    """Says one of these texts, by what it is asked alone; of some questions it always knows the answer."""

    def _answer(self, asked: Asked) -> list[str]:
        if any(known in asked.fields.get("question", "") for known in ("4", "7")):
            return [next(line[0] for line in asked.fields["options"].splitlines() if "right" in line)]
        texts = CHECKS if asked.prompt == "evaluate/check" else REPLIES
        number = int(hashlib.sha256(json.dumps(asked.fields, sort_keys=True).encode()).hexdigest(), 16)
        return [texts[number % len(texts)] or "?"]


def is_right(reply: str, check: str | None, letter: str) -> bool:
    """Whether the published script counts a reply as right."""
    text = reply.strip()
    if "</think>" in text:
        text = text.split("</think>")[-1].strip()
    if text and text[0] not in ("A", "B", "C", "D") and check is not None:
        said = check.strip()
        if said and said[0] in ("A", "B", "C", "D"):
            text = said
    return len(text) > 0 and text[0] == letter


def test_the_table_of_a_replica_is_what_the_published_rules_make_of_the_same_replies(
    small: IfbenchSet, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = tmp_path / "run"
    with Speaking() as server:
        backend = ["--profile", "openai", "--model", server.model, "--base-url", server.url]
        protocol = ["--protocol", "replica", "--prompt", "clean", "--checker", server.model]
        assert main([*small.options(run, *protocol), *backend]) == 0
    transcripts = map(json.loads, (run / "transcripts.jsonl").read_text("utf-8").splitlines())
    turns = [{"sample": row["sample"], **turn} for row in transcripts for turn in row["turns"]]
    checks = {(t["sample"], t["task"]): t["reply"][0] for t in turns if t["agent"] == "checker"}

    scores: dict[tuple[str, str], list[tuple[float, float]]] = defaultdict(list)
    wrong: dict[tuple[str, str, str], list[bool]] = defaultdict(list)
    for line in (run / "answers.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        right = is_right(row["reply"], checks.get((row["sample"], row["ask"])), row["right"])
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
