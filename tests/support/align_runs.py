"""Reads what a run of the align flow wrote."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

Run = Callable[..., Path]
"""Runs the flow with some options; `code` is the exit code that is expected, `out` the folder's name."""


def rows(root: Path, name: str = "sentences") -> list[dict[str, Any]]:
    """The rows of a data file."""
    path = root / f"{name}.jsonl"
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.is_file() else []
