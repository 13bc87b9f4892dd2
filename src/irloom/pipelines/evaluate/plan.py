"""What is asked of a question and how it is read, as a digest that tells whether that has changed."""

import hashlib
from typing import Any

import orjson

from irloom.pipelines.evaluate.benchmark import Benchmark
from irloom.pipelines.evaluate.config import EvaluationConfig
from irloom.pipelines.evaluate.records import Item

_LENGTH = 16
"""Hex digits."""


def digest_plan(benchmark: Benchmark[Any], item: Item, config: EvaluationConfig) -> str:
    """A digest of the question, its asks with what is right, and who reads them.

    Fields that have their default are left out, so that those of later versions change nothing.
    """
    asks = [posed.model_dump(mode="json", exclude_defaults=True) for posed in benchmark.pose(item, config)]
    parts = [
        item.model_dump(mode="json", exclude_defaults=True),
        asks,
        benchmark.reading(config),
        config.has_checker,
    ]
    return hashlib.sha256(orjson.dumps(parts, option=orjson.OPT_SORT_KEYS)).hexdigest()[:_LENGTH]
