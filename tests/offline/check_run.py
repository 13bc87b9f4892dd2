"""Checks an offline run against its annotations: `PYTHONPATH=tests python -m offline.check_run RUN`.

Reads the rows as another tool would, and the annotations with a plain `json.load`.
"""

import json
import re
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from offline.checker import Annotation, Warm, check

COLOURS = re.compile(
    r"\b(red|green|blue|yellow|purple|pink|brown|black|white|gr[ae]y|orange|beige|silver|golden|colou?r\w*)\b",
    re.I,
)
NO_COLOURS = re.compile(
    r"\b((an|one) orange|the orange(?=[.,?]| (?:is|to|than|on|in|lies|near)\b)|oranges"
    r"|orange (juice|slices?|tree)|(piece|slice)s? of( an)? orange"
    r"|white wine|red wine|blackboard|greenhouse|white house|mr\.? \w+|charlie brown"
    r"|golden (retriever|gate)|silverware)\b",
    re.I,
)


@dataclass
class Report:
    """What was found."""

    samples: int = 0
    outcomes: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    coloured: list[str] = field(default_factory=list)
    """Texts made under a colour rule that name a colour all the same."""
    with_boxes: int = 0
    counting: int = 0
    with_two_boxes: int = 0
    relating: int = 0
    statements: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    """Statements by kind."""
    false: list[str] = field(default_factory=list)


def check_run(run: Path) -> Report:
    """Read a whole run and check what its texts state."""
    about = json.loads((run / "run.json").read_text())
    boxes = read_boxes(Path(about["config"]["instances"]))
    report = Report()
    for event in read_rows(run / "commits.jsonl"):
        if event["event"] == "commit":
            report.samples += 1
            report.outcomes[event["outcome"]] += 1
    answers: dict[str, list[str]] = defaultdict(list)
    for row in read_rows(run / "instructions.jsonl"):
        answers[row["sample"]] += [one["content"] for one in row["messages"] if one["role"] == "assistant"]
    known = sorted({box[0] for one in boxes.values() for box in one})
    warm = {row["sample"]: read_warmth(row) for row in read_rows(run / "pairs.jsonl")}
    captions = [row["caption"] for row in read_rows(run / "pairs.jsonl")]
    written = [*captions, *(text for texts in answers.values() for text in texts)]
    report.coloured = [text for text in written if COLOURS.search(NO_COLOURS.sub("", text))]
    for sample, texts in answers.items():
        check_sample(texts, boxes.get(sample, []), report, known, warm.get(sample, []))
    return report


def check_sample(
    texts: list[str], boxes: list[Annotation], report: Report, known: list[str], warm: list[Warm]
) -> None:
    """Add one sample's statements to the report."""
    statements = [statement for text in texts for statement in check(text, boxes, known, warm)]
    report.statements += len(statements)
    report.kinds.update(statement.kind for statement in statements)
    report.false += [f"{one.text}" for one in statements if not one.true]
    kinds = {statement.kind for statement in statements}
    report.with_boxes += bool(boxes)
    report.counting += bool(boxes) and "count" in kinds
    report.with_two_boxes += len(boxes) > 1
    report.relating += len(boxes) > 1 and "relation" in kinds


def read_warmth(row: dict[str, Any]) -> list[Warm]:
    """The objects of a pair with the temperatures that they were painted with."""
    return [
        (one["label"], *one["box"], one["temperature_c"]) for one in row["objects"] if "temperature_c" in one
    ]


def read_rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def read_boxes(instances: Path) -> dict[str, list[Annotation]]:
    """Boxes by sample, as fractions, clipped to the image."""
    found = json.loads(instances.read_text())
    names = {category["id"]: category["name"] for category in found["categories"]}
    sizes = {image["id"]: (image["width"], image["height"]) for image in found["images"]}
    boxes: dict[str, list[Annotation]] = defaultdict(list)
    for row in found["annotations"]:
        (x, y, w, h), (across, down) = row["bbox"], sizes[row["image_id"]]
        corners = x / across, y / down, min(1.0, (x + w) / across), min(1.0, (y + h) / down)
        boxes[str(row["image_id"])].append((names[row["category_id"]], *corners, bool(row["iscrowd"])))
    return boxes


if __name__ == "__main__":
    found = check_run(Path(sys.argv[1]))
    sys.stdout.write(
        f"samples with an outcome: {found.samples} ({dict(found.outcomes)})\n"
        f"texts that name a colour: {len(found.coloured)}\n"
        f"state a count: {found.counting} of {found.with_boxes} samples with boxes\n"
        f"state a relation: {found.relating} of {found.with_two_boxes} samples with two boxes\n"
        f"statements by kind: {dict(found.kinds)}\n"
        f"false: {len(found.false)} of {found.statements} statements\n"
    )
    for line in [*found.coloured, *found.false]:
        sys.stdout.write(f"  {line}\n")
