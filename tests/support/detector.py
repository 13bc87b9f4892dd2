"""Runs of the infrared flow with a detector, and what it reads, writes and doubts in them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from support.chat_server import Asked, ChatServer, Fault
from support.coco import CocoFiles

NUMBER, WRITE, JUDGE = "detector/number", "task/description", "debate/judge_grounded"
GOOD = "A dog lies on the left. A bench stands on the right."
BAD = "A dog lies on the left. The dog wears a small hat."
HAT = "The dog wears a small hat."
PLAIN = ("A dog lies on the grass.", "A dog rests. A bench stands beside it.")
"""Captions that nothing has to be taken out of, of one and of two sentences."""
ASKED = 3 + 2 + 1
"""Sentences of these captions, of the bad text, and of the good one beyond those of the bad one."""


def command(server: ChatServer, coco: CocoFiles, out: Path, *more: str, above: float = 60) -> list[str]:
    detector = ["--verify", server.model, "--verify-above", str(above)]
    return ["run", "infrared", *coco.options, "--out", str(out), *server.options, *detector, *more]


def rows(out: Path, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (out / f"{name}.jsonl").read_text("utf-8").splitlines()]


def commits(out: Path) -> list[dict[str, Any]]:
    return [row for row in rows(out, "commits") if row["event"] == "commit"]


def doubting(*parts: str, score: float = 0.1) -> Callable[[str], float]:
    """A detector that doubts sentences with one of these texts in them."""
    return lambda sentence: score if any(part in sentence for part in parts) else 0.9


def writing(*texts: str, more: Fault = lambda asked, again: None) -> Fault:
    """A writer that writes these one after the other, by how often it was told to do better."""

    def write(asked: Asked, again: int) -> Any:
        if asked.prompt != WRITE:
            return more(asked, again)
        told = asked.fields["requirements"]
        number = 0 if told == "none" else len(told.splitlines())
        return json.dumps({"description": texts[min(number, len(texts) - 1)]})

    return write
