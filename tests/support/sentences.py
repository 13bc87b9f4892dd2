"""Small sets of labelled sentences in each form in which such sets are published, with tiny images."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image

WRONG: dict[str, Any] = {
    "annotation": "incorrect",
    "error_type": "Number",
    "error_words": ["Three"],
    "agreement_ratio": 0.67,
    "fleiss_Pi": 0.33,
    "n_correct": 1,
    "n_incorrect": 2,
}
"""What a panel of three says of a wrong sentence."""


def make_row(number: int, model: str = "Llama-4", **other: Any) -> dict[str, Any]:
    """A row in AlignBench's columns, about picture `number % 2`, which all of its panel call right."""
    return {
        "model": model,
        "image_source": "COCO",
        "image_name": f"{number % 2:012d}.png",
        "image_type": "photo",
        "sentence_index": number // 2,
        "caption": f"Three dogs run past gate {number}.",
        "annotation": "correct",
        "error_type": None,
        "error_words": [],
        "agreement_ratio": 1.0,
        "fleiss_Pi": 1.0,
        "n_correct": 3,
        "n_incorrect": 0,
        "n_unknown": 0,
        "image_url": "",
        "image_path_in_repo": "",
        **other,
    }


def make_rows() -> list[dict[str, Any]]:
    """Six sentences of two captioners: four right, one wrong, one of unknown truth."""
    return [
        *(make_row(number) for number in range(3)),
        make_row(3, **WRONG),
        make_row(4, "GPT-4o"),
        make_row(5, "GPT-4o", annotation="unknown", n_correct=0, n_unknown=3),
    ]


def write_images(folder: Path, names: Sequence[str], side: int = 16) -> Path:
    """A plain picture of each name, each in another grey."""
    for number, name in enumerate(names):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (side, side), (10 + number * 20 % 240,) * 3).save(folder / name)
    return folder


@dataclass
class AlignSet:
    """A set in AlignBench's form."""

    root: Path
    rows: list[dict[str, Any]] = field(default_factory=make_rows)

    @property
    def data(self) -> Path:
        """The file of sentences."""
        return self.root / "halcap_bench.jsonl"

    @property
    def images(self) -> Path:
        """The folder of images."""
        return self.root / "images"

    def write(self) -> "AlignSet":
        """Write sentences and images as they are now."""
        write_images(self.images, [f"{number:012d}.png" for number in range(2)])
        write_lines(self.data, self.rows)
        return self

    def options(self, out: Path, *more: str) -> list[str]:
        """Arguments of a run."""
        return [
            *("run", "detect", "--data", str(self.data), "--images", str(self.images)),
            *("--out", str(out), "--quiet", *more),
        ]


def write_lines(path: Path, rows: Sequence[Mapping[str, Any]]) -> Path:
    """A file of JSON Lines."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows), "utf-8")
    return path


def write_json(path: Path, value: Any) -> Path:
    """A file of one JSON value."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, ensure_ascii=False), "utf-8")
    return path


MHALDETECT = [
    {
        "question": "What is on the table?",
        "response": "A cup stands on the table. It is red. One could drink from it.",
        "image": "COCO_val2014_000000000007.jpg",
        "annotations": [
            {"start": 0, "end": 26, "text": "A cup stands on the table.", "label": "ACCURATE"},
            {"start": 26, "end": 37, "text": " It is red.", "label": "INACCURATE"},
            {"start": 37, "end": 62, "text": " One could drink from it.", "label": "ANALYSIS"},
        ],
    }
]
FOIL = {
    "images": [{"id": 7, "file_name": "COCO_val2014_000000000007.jpg"}],
    "annotations": [
        {
            **{"id": 1, "image_id": 7, "foil_id": 0, "caption": "A cat sleeps on a mat."},
            **{"foil": False, "target_word": "ORIG", "foil_word": "ORIG"},
        },
        {
            **{"id": 1, "image_id": 7, "foil_id": 90, "caption": "A dog sleeps on a mat."},
            **{"foil": True, "target_word": "cat", "foil_word": "dog"},
        },
    ],
}
HAT = [
    {
        "sample_id": "s1",
        "caption": "a dog and a dog with a ball",
        "grounding": [["dog", False], ["dog", True], ["ball", False]],
        "contains_hallucination": True,
        "image_path": "COCO_val2014_000000000007.jpg",
        "references": [],
    },
    {
        "sample_id": "s2",
        "caption": "a ball",
        "grounding": [["ball", False]],
        "contains_hallucination": False,
        "image_path": "COCO_val2014_000000000007.jpg",
        "references": [],
    },
]
SUGARCREPE = {
    "0": {
        "filename": "000000000007.jpg",
        "caption": "A black cat.",
        "negative_caption": "A white cat.",
    }
}
ARO_RELATION = [
    {
        "image_path": "7.jpg",
        "true_caption": "the cat is on the mat",
        "false_caption": "the mat is on the cat",
        "relation_name": "on",
        **{"bbox_x": 2, "bbox_y": 3, "bbox_w": 8, "bbox_h": 6},
    }
]
ARO_ATTRIBUTION = [
    {
        "image_path": "7.jpg",
        "true_caption": "the black cat and the red mat",
        "false_caption": "the red cat and the black mat",
        "attributes": ["black", "red"],
        **{"bbox_x": 0, "bbox_y": 0, "bbox_w": 16, "bbox_h": 16},
    }
]
WINOGROUND = [
    {
        "id": 3,
        **{"image_0": "ex_3_img_0", "image_1": "ex_3_img_1"},
        **{"caption_0": "a cat chases a dog", "caption_1": "a dog chases a cat"},
        **{"tag": "Noun", "collapsed_tag": "Object"},
    }
]
