"""Makes runs on disk row by row, through the real commit log."""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from irloom.config import RunConfig
from irloom.engine.commits import CommitLog, Finished
from irloom.engine.directory import RunDirectory
from irloom.engine.state import Admission
from irloom.pipelines.infrared.config import InfraredConfig
from irloom.pipelines.registry import find_flow
from irloom.records import Fault, Outcome, SampleResult

PROVENANCE: dict[str, Any] = {
    "rules": 0,
    "models": {"caption": "writer-1", "task": "writer-1", "translator": "radiometric"},
    "prompts": {"task/reasoning": "0123456789abcdef"},
    "seed": 0,
    "irloom": "0.1.0",
}


def draw_image(number: int, light: int = 0) -> bytes:
    """A PNG that looks like no other number's; another `light` makes a near duplicate of it."""
    blocks = np.random.default_rng(number).integers(20, 200, (8, 8), dtype=np.uint8)
    picture = Image.fromarray(blocks + np.uint8(light)).resize((64, 64), Image.Resampling.BICUBIC)
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


@dataclass
class SmallRun:
    """A run to which samples are added; of the infrared flow, if nothing else is said."""

    root: Path
    config: RunConfig = field(default_factory=lambda: InfraredConfig(images=Path("i"), captions=Path("c")))

    def __post_init__(self) -> None:
        self.root.mkdir()
        rules: list[dict[str, Any]] = [{"rule": "No colours.", "version": 0, "origin": "basic"}]
        flow = find_flow(self.config.flow)
        RunDirectory.create(self.root, self.config, {}, flow.files, rules, {}, {"images": 4})
        self.log = CommitLog(self.root)
        self.log.recover()

    def commit(
        self,
        sample: str,
        result: SampleResult,
        attempt: int = 1,
        mined: Sequence[dict[str, Any]] = (),
        turns: Sequence[dict[str, Any]] = (),
    ) -> None:
        """Commit a sample with rows of its flow."""
        admission = Admission(sample, attempt, 0)
        self.log.admit(admission)
        usage = {"requests": 3, "prompt_tokens": 200, "completion_tokens": 50, "cost_usd": 0.001}
        self.log.commit([Finished(admission, result, [*turns], usage, mined)])

    def add(
        self,
        sample: str,
        image: bytes,
        captions: Sequence[str] = (),
        answers: Sequence[tuple[str, str]] = (),
        outcome: Outcome = "accepted",
        attempt: int = 1,
        scores: Sequence[float] = (),
        fault: Fault | None = None,
        mined: str | None = None,
        source: str | None = None,
        turns: Sequence[dict[str, Any]] = (),
        **more: Any,
    ) -> None:
        """Commit a sample with pairs, and with an instruction for each task and answer.

        `more` is in all of its rows.
        """
        name = f"images/{sample}.png"
        (self.root / name).write_bytes(image)
        head = {"sample": sample, "source": source or f"{sample}.jpg"}
        tail = {**PROVENANCE, "attempt": attempt, **more}
        tasks = {task: outcome for task, _ in answers}
        rows: dict[str, tuple[dict[str, Any], ...]] = {
            "pairs": tuple(
                {**head, "image": name, **_describe_caption(text, place, scores), **tail}
                for place, text in enumerate(captions)
            ),
            "instructions": tuple(
                {
                    **head,
                    "task": task,
                    "images": [name],
                    "messages": _talk(answer),
                    "verdict": "none" if outcome == "unjudged" else "accept",
                    **tail,
                }
                for task, answer in answers
            ),
            "failed": ({"sample": sample, "attempt": attempt, **fault.model_dump()},) if fault else (),
        }
        summary: dict[str, Any] = {
            "rounds": dict.fromkeys(tasks, 2 if mined else 1),
            "categories": {"colour": 1} if mined else {},
            "pairs": len(captions),
            "original_won": 0,
        }
        faults = (fault,) if fault else ()
        result = SampleResult(outcome=outcome, tasks=tasks, rows=rows, faults=faults, summary=summary)
        self.commit(sample, result, attempt, self._mine(sample, mined), turns)

    def fail(self, sample: str, stage: str = "judge", attempt: int = 1) -> None:
        """Commit a sample that failed, with its pair."""
        fault = Fault(stage=stage, error="EndpointError", message="HTTP 500")
        self.add(sample, draw_image(int(sample)), ["A dog."], outcome="failed", fault=fault, attempt=attempt)

    def _mine(self, sample: str, rule: str | None) -> list[dict[str, Any]]:
        if rule is None:
            return []
        about = {"sample": sample, "task": "reasoning", "round": 1, "category": "colour", "reason": "red"}
        return [{"rule": rule, "version": 1, "origin": "mined", **about}]


def _describe_caption(text: str, place: int, scores: Sequence[float]) -> dict[str, Any]:
    score = scores[place] if scores else 0.5
    candidates = [
        {"text": text, "origin": "filtered", "score": score, "breaks": []},
        {"text": f"{text} In red.", "origin": "original", "score": score - 0.2, "breaks": ["red"]},
    ]
    return {
        "caption": text,
        "original": f"{text} In red.",
        "chosen": "filtered",
        "caption_index": place,
        "candidates": candidates,
    }


def _talk(answer: str) -> list[dict[str, str]]:
    return [
        {"role": "user", "content": "<image>\nWhat is there?"},
        {"role": "assistant", "content": answer},
    ]
