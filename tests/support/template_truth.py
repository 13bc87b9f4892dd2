"""Reads the annotations of the small sets anew, without irloom, and says what is right of a question."""

import json
import re
from collections import Counter
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

Placed = list[tuple[str, float, float, float, float]]
"""Label and edges in pixels of what is shown."""
SAID = {
    "bike": "bicycle",
    "light": "traffic light",
    "sign": "street sign",
    "hydrant": "fire hydrant",
    "field": "open field",
    "indoor": "indoor room",
    "water": "body of water",
}
PLURALS = {"person": "people", "bus": "buses"}
RELATIONS = {
    "to the left of": lambda one, other: one[3] < other[1],
    "to the right of": lambda one, other: one[1] > other[3],
    "above": lambda one, other: one[4] < other[2],
    "below": lambda one, other: one[2] > other[4],
}
_VEDAI = {23: "boat", 11: "pickup"}


def say(label: str) -> str:
    return SAID.get(label, label)


def is_right(root: Path, question: Mapping[str, Any]) -> bool:
    """Whether the answer of a question is what the annotations say, and no other option is."""
    source, _, name = question["source"].partition("/")
    if question["task"] == "scene":
        return _is_only(question, {say(name.partition("/")[0])})
    placed = _READERS[source](root, name)
    match question["task"]:
        case "locate":
            return bool(_is_so(question["question"], placed) == (question["answer"] == "yes"))
        case "aerial_count" | "pedestrian_count":
            return _count(question["question"], placed) == int(question["answer"])
        case "recognition":
            left, top, right, bottom = question["images"][0]["marks"][0]["box"]
            framed = [
                label
                for label, *box in placed
                if all(abs(a - b) < 1.01 for a, b in zip(box, (left, top, right, bottom), strict=True))
            ]
            return _is_only(question, {say(label) for label in framed})
        case "security":
            there = {say(label) for label, *_ in placed}
            return _is_only(question, set(question["options"].values()) - there)
        case task:
            raise AssertionError(f"no truth for {task}")


def _is_only(question: Mapping[str, Any], right: set[str]) -> bool:
    """Whether one option alone is right, and the answer is its letter."""
    letters = [letter for letter, text in question["options"].items() if text in right]
    return len(question["options"]) == 4 and letters == [str(question["answer"])]


def _is_so(text: str, placed: Placed) -> bool:
    """What a statement claims, read from its words alone."""
    labels = {say(label): box for box in placed for label in box[:1]}
    words = "|".join(sorted(map(re.escape, labels), key=len, reverse=True))
    found = re.search(rf"\b({words})\b.*?({'|'.join(RELATIONS)}).*?\b({words})\b", text)
    assert found is not None, text
    for label in (found[1], found[3]):
        assert sum(say(one[0]) == label for one in placed) == 1, text
    return bool(RELATIONS[found[2]](labels[found[1]], labels[found[3]]))


def _count(text: str, placed: Placed) -> int:
    named = re.sub(r" \(not counting [^)]*\)", "", text)
    labels = Counter(one[0] for one in placed)
    found = [label for label in labels if re.search(rf"\b{PLURALS.get(label, label + 's')}\b", named)]
    return labels[max(found, key=len)]  # "freight cars" holds "cars"


def _read_flir(root: Path, name: str) -> Placed:
    part, _, stem = name.partition("/")
    file = _load(root / "flir" / part / "coco.json")
    image = next(one for one in file["images"] if Path(one["file_name"]).stem == stem)
    names = {one["id"]: one["name"] for one in file["categories"]}
    return [
        (names[one["category_id"]], x, y, x + width, y + height)
        for one in file["annotations"]
        if one["image_id"] == image["id"]
        for x, y, width, height in [one["bbox"]]
    ]


@cache
def _load(path: Path) -> Any:
    return json.loads(path.read_text())


def _read_llvip(root: Path, name: str) -> Placed:
    return _read_boxes(root / "llvip" / "Annotations" / f"{name}.xml")


def _read_lsotb(root: Path, name: str) -> Placed:
    if name.startswith("TIR"):
        return _read_boxes(root / "lsotb" / "Annotations" / f"{name}.xml")
    sequence, _, frame = name.partition("/")
    line = (root / "lsotb" / sequence / "groundtruth_rect.txt").read_text().splitlines()[int(frame)]
    x, y, width, height = map(float, line.split(","))
    return [(sequence.partition("_")[0], x, y, x + width, y + height)]


def _read_boxes(path: Path) -> Placed:
    return [
        (
            one.findtext("name") or "",
            *(float(one.findtext(f"bndbox/{edge}") or "nan") for edge in ("xmin", "ymin", "xmax", "ymax")),
        )  # type: ignore[misc]
        for one in ElementTree.parse(path).iter("object")
    ]


def _read_dronevehicle(root: Path, name: str) -> Placed:
    part, _, stem = name.partition("/")
    path = root / "dronevehicle" / part / f"{part}labelr" / f"{stem}.xml"
    mended = {"feright car": "freight car"}
    labels = [one.findtext("name") or "" for one in ElementTree.parse(path).iter("object")]
    return [(mended.get(label, label), 0, 0, 1, 1) for label in labels]


def _read_vedai(root: Path, name: str) -> Placed:
    size, _, stem = name.partition("/")
    lines = (root / "vedai" / f"Annotations{size}" / f"{stem}.txt").read_text().splitlines()
    return [(_VEDAI[int(line.split()[3])], 0, 0, 1, 1) for line in lines]


_READERS = {
    "flir": _read_flir,
    "llvip": _read_llvip,
    "lsotb": _read_lsotb,
    "dronevehicle": _read_dronevehicle,
    "vedai": _read_vedai,
}
