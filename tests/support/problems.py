"""The problems of `problems.toml`."""

import tomllib
from pathlib import Path

_READ = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))

SUPPORTED: dict[str, list[tuple[str, tuple[str, ...]]]] = {
    family: [(one["question"], tuple(one["labels"])) for one in examples]
    for family, examples in _READ["supported"].items()
}
"""By family: the question, and every text that its figure shows."""
UNSUPPORTED: list[tuple[str, str]] = [(one["question"], one["reason"]) for one in _READ["unsupported"]]
"""The question, and a part of the reason why it is refused."""
