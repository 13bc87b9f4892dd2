"""Turns the edits of a CIR run into the rows of EDIR's form."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from irloom.edir import EdirData, EdirImage, EdirInstance, EdirQuery
from irloom.edits import Subcategory
from irloom.engine.storage import safe_name

Change = tuple[str, int | str, str, tuple[float, ...]]
"""What a step asks for: subcategory, object by number or else by name, value and region."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An edit that may become a query."""

    id: str
    """`{seed}_{edit}`, as EDIR's; safe in a file name."""
    sample: str
    edit: int
    family: int
    subcategory: Subcategory
    changes: frozenset[Change]
    target: Path
    reference: Path
    hash: int
    """Perceptual hash of the target."""
    row: Mapping[str, Any]
    """The row of `edits.jsonl`."""

    @property
    def target_name(self) -> str:
        """The target's file in the data set, which is its id in the corpus."""
        return f"{self.id}{self.target.suffix}"

    @property
    def reference_name(self) -> str:
        """The reference's file in the data set: edit 0 of its seed."""
        return f"{safe_name(self.sample)}_0{self.reference.suffix}"


def read_candidate(root: Path, row: Mapping[str, Any]) -> Candidate:
    """A row of a run's `edits.jsonl`."""
    return Candidate(
        id=f"{safe_name(row['sample'])}_{row['edit']}",
        sample=row["sample"],
        edit=row["edit"],
        family=row["family"],
        subcategory=row["subcategory"],
        changes=frozenset(_name_change(step) for step in row["steps"]),
        target=root / row["image"],
        reference=root / row["reference"],
        hash=int(row["measured"]["hash_after"], 16),
        row=row,
    )


def _name_change(step: Mapping[str, Any]) -> Change:
    words = step.get("value") or step["instruction"]
    what = step.get("target") or str(step.get("what", "")).strip().lower()
    return step["subcategory"], what, words.strip().lower(), tuple(step.get("region") or ())


def compose_data(
    folder: Path,
    kept: Sequence[Candidate],
    with_references: bool,
    more: Mapping[str, Mapping[str, Any]] = MappingProxyType({}),
) -> EdirData:
    """A data set whose queries are the kept edits, in their order, and whose images lie in `folder`.

    `more` is what else the metadata of a query say, by its id.

    The negatives of a query are the other targets of its seed, those of its own family first. A reference
    never is one, even where references are in the corpus: EDIR's negatives are edited images.
    """
    seeds: dict[str, list[Candidate]] = defaultdict(list)
    for one in kept:
        seeds[one.sample].append(one)
    names = [one.target_name for one in kept]
    if with_references:
        names += dict.fromkeys(one.reference_name for one in kept)
    return EdirData(
        folder=folder,
        queries=tuple(_compose_query(one, more.get(one.id, {})) for one in kept),
        corpus=tuple(EdirImage(id=name, image=name) for name in names),
        instances=tuple(
            EdirInstance(qid=one.id, pos=(one.target_name,), neg=_name_negatives(one, seeds[one.sample]))
            for one in kept
        ),
    )


def list_images(kept: Iterable[Candidate]) -> dict[str, Path]:
    """Where the images of the data set come from, references included, by their names in it."""
    found: dict[str, Path] = {}
    for one in kept:
        found |= {one.target_name: one.target, one.reference_name: one.reference}
    return found


def _compose_query(one: Candidate, more: Mapping[str, Any]) -> EdirQuery:
    names = ("subcategory", "category", "form", "instruction", "outcome")
    return EdirQuery(
        id=one.id,
        image=one.reference_name,
        text=one.row["query"],
        metadata={
            **{name: one.row[name] for name in names},
            "seed": one.sample,
            "family": one.family,
            "edit": one.edit,
            "steps": len(one.row["steps"]),
            **more,
        },
    )


def _name_negatives(one: Candidate, seed: Sequence[Candidate]) -> tuple[str, ...]:
    others = [other for other in seed if other.id != one.id]
    others.sort(key=lambda other: (other.family != one.family, other.edit))
    return tuple(other.target_name for other in others)
