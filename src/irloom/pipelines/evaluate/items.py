"""The questions of a run, read back from its rows."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from irloom.engine.reader import iterate_rows
from irloom.pipelines.evaluate.records import QUESTION_COLUMNS, Item, Wording
from irloom.shots import Shot


def read_items(root: Path) -> list[Item]:
    """Every committed question with its wordings, in the order of the run; RunDirError for no run."""
    items: dict[str, Item] = {}
    for row in iterate_rows(root, "questions"):
        wording = {row["language"]: Wording(question=row["question"], options=row["options"])}
        item = Item(
            id=row["sample"],
            images=tuple(read_shots(row)),
            dimension=row["dimension"],
            group=row["group"],
            answer=row["answer"],
            wordings=wording,
            about={name: value for name, value in row.items() if name not in QUESTION_COLUMNS},
        )
        if (before := items.get(item.id)) is not None:
            item = item.model_copy(update={"wordings": {**before.wordings, **wording}})
        items[item.id] = item
    return list(items.values())


def read_shots(row: Mapping[str, Any]) -> list[Shot]:
    """The images of a question by its row, whatever irloom wrote it."""
    if "shots" in row:
        return [Shot.model_validate(shot) for shot in row["shots"]]
    names = row["sources"] if "sources" in row else filter(None, [row["source"]])
    return [Shot(name=name) for name in names]


def list_visible(row: Mapping[str, Any]) -> Sequence[str]:
    """The visible-light pictures among those that a question's row names, in the order of its images."""
    kept: Sequence[str] = row["images"]
    return kept[len(read_shots(row)) :] if row.get("visible") else ()
