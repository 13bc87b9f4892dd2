"""The questions of a run, read back from its rows."""

from pathlib import Path

from irloom.engine.reader import iterate_rows
from irloom.pipelines.evaluate.records import Item, Wording


def read_items(root: Path) -> list[Item]:
    """Every committed question with its wordings, in the order of the run; RunDirError for no run."""
    items: dict[str, Item] = {}
    for row in iterate_rows(root, "questions"):
        wording = {row["language"]: Wording(question=row["question"], options=row["options"])}
        item = Item(
            id=row["sample"],
            image=row["source"],
            dimension=row["dimension"],
            group=row["group"],
            answer=row["answer"],
            wordings=wording,
        )
        if (before := items.get(item.id)) is not None:
            item = item.model_copy(update={"wordings": {**before.wordings, **wording}})
        items[item.id] = item
    return list(items.values())
