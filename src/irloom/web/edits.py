"""The view of a CIR sample: families of siblings, each edit with its figures, verdicts and rounds."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Line = Mapping[str, Any]


@dataclass(frozen=True)
class EditView:
    """One edit."""

    task: str
    kind: str
    """The picture that it ended with; empty where there is none."""
    outcome: str
    point: str
    query: str
    form: str
    instruction: str
    figures: Sequence[tuple[str, str]]
    verdicts: Sequence[Line]
    rounds: Sequence[Line]


@dataclass(frozen=True)
class FamilyView:
    """Siblings: edits of one base that differ in one point."""

    number: int
    subcategory: str
    base: str
    edits: Sequence[EditView]
    reason: str
    """Why there are none."""


def view_families(rows: Mapping[str, Sequence[Line]]) -> list[FamilyView]:
    """The families of a seed in order, whether their edits were kept or not."""
    families: dict[int, list[tuple[str, Line]]] = {}
    for name in ("edits", "rejected"):
        for row in rows.get(name, ()):
            families.setdefault(row["family"], []).append((name, row))
    return [_view_family(number, found) for number, found in sorted(families.items())]


def _view_family(number: int, found: Sequence[tuple[str, Line]]) -> FamilyView:
    first = found[0][1]
    made = sorted((one for one in found if "edit" in one[1]), key=lambda one: one[1]["edit"])
    return FamilyView(
        number=number,
        subcategory=first["subcategory"],
        base=first.get("base") or "",
        edits=[_view_edit(row, row.get("outcome", "rejected")) for _, row in made],
        reason="" if made else first["rounds"][-1]["reason"],
    )


def _view_edit(row: Line, outcome: str) -> EditView:
    last = row["rounds"][-1]
    kind = f"{row['task']}-r{last['round']}" if last.get("image") else ""
    return EditView(
        task=row["task"],
        kind=row["task"] if row.get("image") else kind,
        outcome=outcome,
        point=row["point"],
        query=row.get("query") or "",
        form=row.get("form") or "",
        instruction=last.get("instruction") or "",
        figures=list(_list_figures(row.get("measured") or last.get("measured") or {})),
        verdicts=last["verdicts"],
        rounds=row["rounds"],
    )


def _list_figures(measured: Line) -> Iterator[tuple[str, str]]:
    for name, value in measured.items():
        if isinstance(value, float):
            yield name.replace("_", " "), f"{value:.3f}"
        elif isinstance(value, int) and not isinstance(value, bool):
            yield name.replace("_", " "), str(value)
