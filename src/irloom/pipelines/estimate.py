"""Estimates a whole run from a few samples that were really run."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from irloom.config import RunConfig
from irloom.engine.rows import iterate_committed
from irloom.pipelines.registry import find_flow


@dataclass(slots=True)
class Effort:
    """What one prompt, or the translator, adds up to over the whole run."""

    calls: float = 0.0
    requests: float = 0.0
    prompt_tokens: float = 0.0
    completion_tokens: float = 0.0
    cost_usd: float = 0.0
    seconds: float = 0.0
    """Time spent waiting, added up over calls."""

    def add(self, turn: Mapping[str, Any], factor: float) -> None:
        """Count a call `factor` times."""
        usage = turn.get("usage", {})
        self.calls += factor
        self.seconds += factor * turn["latency_ms"] / 1000
        for name in ("requests", "prompt_tokens", "completion_tokens", "cost_usd"):
            setattr(self, name, getattr(self, name) + factor * usage.get(name, 0))


@dataclass(frozen=True, slots=True)
class Estimate:
    """A whole run, extrapolated."""

    pilot: int
    """Samples that were run for it."""
    samples: int
    prompts: Mapping[str, Effort]
    rows: Mapping[str, float]
    """How many come of it, by data file."""
    bytes: float
    hours: float
    """With requests in flight as configured; the translator beside them if it is slower."""

    def total(self, name: str) -> float:
        """One figure of the efforts, added up."""
        return float(sum(getattr(one, name) for one in self.prompts.values()))


def estimate(root: Path, config: RunConfig, samples: int) -> Estimate:
    """Scale the pilot in `root` up to `samples`; each task is scaled by its share as well."""
    transcripts = [row for _, row in iterate_committed(root, "transcripts")]
    pilot = max(1, len(transcripts))
    prompts: dict[str, Effort] = defaultdict(Effort)
    for turn in (turn for row in transcripts for turn in row["turns"]):
        share = config.share_of(turn["task"]) if turn["task"] else 1.0
        prompts[turn.get("prompt", turn["node"])].add(turn, share * samples / pilot)
    requests_s = sum(one.seconds for one in prompts.values() if one.requests)
    alone_s = sum(one.seconds for one in prompts.values() if not one.requests)
    in_flight = min(getattr(config.chat, "max_in_flight", 1), config.concurrency * 3)
    return Estimate(
        pilot=len(transcripts),
        samples=samples,
        prompts=dict(prompts),
        rows=_count_rows(root, config, samples / pilot),
        bytes=sum(_sizes(root)) * samples / pilot,
        hours=max(requests_s / in_flight, alone_s) / 3600,
    )


def _count_rows(root: Path, config: RunConfig, factor: float) -> dict[str, float]:
    """What training data a run would make, each task by its share."""
    return {
        data.name: factor
        * sum(
            config.share_of(row["task"]) if row.get("task") else 1.0
            for _, row in iterate_committed(root, data.name)
        )
        for data in find_flow(config.flow).data
    }


def _sizes(root: Path) -> Iterator[int]:
    for path in root.glob("*.jsonl"):
        yield path.stat().st_size
    yield from (path.stat().st_size for path in (root / "images").rglob("*") if path.is_file())
