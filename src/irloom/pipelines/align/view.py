"""How a sample is told: the picture, and each text about it with its wrong words marked."""

from collections.abc import Iterator, Sequence

from irloom.views.blocks import (
    Block,
    Chip,
    Line,
    Picture,
    Pictures,
    Rows,
    Section,
    Text,
    Told,
    Tone,
    View,
)
from irloom.views.differences import mark_spans

_TONES: dict[str, Tone] = {"correct": "accepted", "incorrect": "rejected", "unknown": "unjudged"}


def find_title(rows: Rows) -> str:
    """The sentence that is worth a look first, else what went wrong."""
    listed = sorted(rows.get("sentences", ()), key=_rank_for_list)
    sentences = (row["caption"] for row in listed)
    reasons = (row["reason"] for row in rows.get("rejected", ()))
    messages = (row["message"] for row in rows.get("failed", ()))
    return next((text for text in (*sentences, *reasons, *messages) if text), "")


def _rank_for_list(row: Line) -> int:
    """What the panel is of two minds about comes first, then what is wrong; the others as they stand."""
    if _is_disputed(row):
        return 0
    return 1 if row["annotation"] == "incorrect" else 2


def _is_disputed(row: Line) -> bool:
    return len({vote["label"] for vote in row["votes"]}) > 1


def list_pictures(rows: Rows) -> Iterator[Picture]:
    """The picture that was described, or each one that was drawn, by its painter."""
    found: dict[str, str] = {}
    for row in (*rows.get("sentences", ()), *rows.get("rejected", ())):
        if row.get("image"):
            found.setdefault(row["image"], row["task"] if row.get("image_type") == "generated" else "picture")
    for path, kind in found.items():
        yield Picture(kind, "run", path)
    if not found:
        for row in rows.get("failed", ())[:1]:
            if row.get("image"):
                yield Picture("picture", "source", row["image"])


def tell(told: Told) -> list[Block]:
    """The picture, then every text about it; beside each drawn picture its own text."""
    shown = {picture.path: picture.kind for picture in list_pictures(told.rows)}
    texts: dict[str, list[Line]] = {}
    for row in told.rows.get("sentences", ()):
        texts.setdefault(row["task"], []).append(row)
    drawn = {kind for kind in shown.values() if kind in texts}
    seen = [(kind, kind) for kind in shown.values() if kind not in drawn]
    blocks: list[Block] = [Pictures(seen)] if seen else []
    blocks += [_tell_text(task, rows, task in drawn) for task, rows in texts.items()]
    return [*blocks, *(Text(row["reason"], tone="rejected") for row in told.rows.get("rejected", ()))]


def list_texts(told: Told) -> dict[str, str]:
    """Each sentence with its label, which two runs are compared by."""
    return {
        f"{row['task']} {row['sentence_index'] + 1}": f"{row['annotation']}: {row['caption']}"
        for row in told.rows.get("sentences", ())
    }


def _tell_text(task: str, rows: Sequence[Line], drawn: bool) -> Section:
    blocks: list[Block] = [Pictures([(task, task)])] if drawn else []
    wrong = sum(row["annotation"] == "incorrect" for row in rows)
    for row in sorted(rows, key=lambda one: int(one["sentence_index"])):
        blocks += _tell_sentence(row)
    note = f"{wrong} of {len(rows)} sentences incorrect"
    return Section(rows[0]["group"], blocks, note, task=task)


def _tell_sentence(row: Line) -> list[Block]:
    label = row["annotation"]
    kind = [Chip(row["error_type"])] if row["error_type"] else []
    votes = row["votes"]
    disagree = [Chip("panel disagrees", "failed")] if _is_disputed(row) else []
    pieces = mark_spans(row["caption"], row["spans"])
    name = str(row["sentence_index"] + 1)
    told: list[Block] = [Text(row["caption"], name, [Chip(label, _TONES[label]), *kind, *disagree], pieces)]
    if votes:
        told.append(Text("; ".join(map(_tell_vote, votes)), tone="dim"))
    return told


def _tell_vote(vote: Line) -> str:
    said = vote["label"] if not vote.get("error_type") else f"{vote['label']}, {vote['error_type']}"
    words = f" ({', '.join(repr(word) for word in vote['words'])})" if vote["words"] else ""
    return f"{vote['judge']}: {said}{words}{', not read' if vote.get('unread') else ''}"


VIEW = View(
    title=find_title,
    pictures=list_pictures,
    blocks=tell,
    texts=list_texts,
    note=lambda row: str(row.get("annotation") or ""),
    facets={
        "annotation": ("annotations", "Annotation"),
        "error": ("error_types", "Error type"),
        "panel": ("panel", "Panel"),
        "writer": ("groups", "Captioner or painter"),
    },
    has_tasks=False,
)
