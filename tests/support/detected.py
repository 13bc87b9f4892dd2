"""Runs of `irloom run detect` written row by row, as far as a bench reads them."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from PIL import Image

Said = Mapping[str, str | None]
"""What was read of each ask of a sentence, by ask; an ask that is not there failed."""


def make_sentence(number: int, label: str, **more: Any) -> dict[str, Any]:
    """A row of `questions.jsonl`; every third sentence begins another image."""
    return {
        "sample": f"s{number:05d}",
        "question": f"A red dog sits in front of house {number}.",
        "images": [f"images/i{number // 3}.png"],
        "options": {},
        "answer": label,
        "dimension": more.get("error_type") or label,
        "language": "en",
        "group": "ShareGPT4V",
        "source": f"i{number // 3}.png",
        "position": number % 3,
        "spans": [],
        "error_type": None,
        "pair": "",
        "side": "",
        "domain": "",
        "set": "alignbench",
        "attempt": 1,
        **more,
    }


def write_detect_run(
    root: Path,
    rows: Sequence[Mapping[str, Any]],
    said: Sequence[Said],
    model: str = "a-model",
    prompt: str = "detector/number",
    flow: str = "detect",
) -> Path:
    """A run in which every sentence was committed; sentences that are unknown have no asks."""
    root.mkdir(parents=True)
    about: dict[str, Any] = {"flow": flow, "fingerprint": {}, "config": {}}
    (root / "run.json").write_text(json.dumps(about))
    answers = [
        {"sample": row["sample"], "ask": ask, "variant": ask, "read": read, "attempt": 1,
         "models": {"answerer": model}, "prompts": {prompt if ask == "score" else "detector/words": "0"}}
        for row, heard in zip(rows, said, strict=True)
        for ask, read in heard.items()
    ]  # fmt: skip
    ends = {
        f"{name}.jsonl": _write(root / f"{name}.jsonl", lines)
        for name, lines in (("questions", rows), ("answers", answers), ("failed", []))
    }
    events: list[dict[str, Any]] = [{"event": "start", "ends": dict.fromkeys(ends, 0)}]
    ended = {"event": "commit", "attempt": 1, "outcome": "accepted", "tasks": {}, "usage": {}, "ends": ends}
    events += [{**ended, "sample": row["sample"]} for row in rows]
    _write(root / "commits.jsonl", events)
    return root


def _write(path: Path, rows: Sequence[Mapping[str, Any]]) -> int:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path.stat().st_size


def draw_pictures(root: Path, number: int) -> None:
    """The pictures that rows of `make_sentence` name, each in a grey of its own."""
    (root / "images").mkdir()
    for place in range(number):
        Image.new("RGB", (40, 30), (place * 9 % 256,) * 3).save(root / "images" / f"i{place}.png")
