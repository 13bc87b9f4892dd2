"""A small set in IF-Bench's form: two questions of each dimension, with tiny images."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from irloom.pipelines.evaluate.ifbench.dimensions import DIMENSIONS

LETTERS = "ABCD"


def make_row(number: int, dimension: str) -> dict[str, Any]:
    """A question whose right option is `right N` and, for even numbers, the longest."""
    answer = LETTERS[number % 4]
    texts = {letter: f"wrong {letter} {number}" for letter in LETTERS}
    texts[answer] = f"right {number}" + (" and longer than the others" if number % 2 == 0 else "")
    return {
        "dataset": "own",
        "dst_thermal_path": f"{number:032x}.png",
        "question": {
            "dimension": dimension,
            "en_question": f"What is shown in picture {number}?",
            "en_options": texts,
            "answer": answer,
            "cn_question": f"第{number}张图像显示了什么？",
            "cn_options": {letter: f"选项{text}" for letter, text in texts.items()},
        },
    }


@dataclass
class IfbenchSet:
    """The files of a set."""

    root: Path
    rows: dict[str, list[dict[str, Any]]]

    @property
    def data(self) -> Path:
        """The file of questions, by dimension."""
        return self.root / "if_bench.json"

    @property
    def images(self) -> Path:
        """The folder of infrared images."""
        return self.root / "infrared_imgs"

    @property
    def rgb(self) -> Path:
        """The folder of visible-light images."""
        return self.root / "translated_rgb_imgs"

    def write(self) -> None:
        """Write the questions as they are now."""
        self.data.write_text(json.dumps(self.rows, ensure_ascii=False), "utf-8")

    def options(self, out: Path, *more: str) -> list[str]:
        """Arguments of a run."""
        return [
            *("run", "ifbench", "--data", str(self.data), "--images", str(self.images)),
            *("--out", str(out), "--quiet", *more),
        ]


def write_set(root: Path, each: int = 2) -> IfbenchSet:
    """Write a set of so many questions a dimension."""
    numbers = iter(range(each * len(DIMENSIONS)))
    made = IfbenchSet(
        root, {name: [make_row(next(numbers), name) for _ in range(each)] for name in DIMENSIONS}
    )
    for folder in (made.images, made.rgb):
        folder.mkdir(parents=True)
    for number, row in enumerate(row for rows in made.rows.values() for row in rows):
        Image.new("L", (16, 12), 10 + number * 4).save(made.images / row["dst_thermal_path"])
        Image.new("RGB", (16, 12), (number, 90, 20)).save(made.rgb / row["dst_thermal_path"])
    made.write()
    return made
