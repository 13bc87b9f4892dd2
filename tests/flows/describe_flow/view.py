"""How a described image is told."""

from collections.abc import Iterator

from irloom.views.blocks import Block, Picture, Pictures, Rows, Text, Told, View


def list_pictures(rows: Rows) -> Iterator[Picture]:
    """The image."""
    for row in (*rows.get("descriptions", ()), *rows.get("rejected", ())):
        yield Picture("image", "run", row["images"][0])


def tell(told: Told) -> list[Block]:
    """The image, what is said of it, and what was wrong with that."""
    blocks: list[Block] = []
    for row in (*told.rows.get("descriptions", ()), *told.rows.get("rejected", ())):
        blocks += [Pictures([("image", row["source"])]), Text(row["text"], f"After {row['rounds']} rounds")]
        blocks += [Text(row["reason"], "Objection", tone="rejected")] if row["reason"] else []
    return blocks


VIEW = View(pictures=list_pictures, blocks=tell)
