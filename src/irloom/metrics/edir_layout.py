"""A data set in EDIR's form, laid out for retrieval: who asks, and what lies where."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from irloom.edir import EdirData, EdirImage, EdirInstance, EdirQuery
from irloom.errors import ConfigError
from irloom.protocols import Query

Mode = Literal["both", "text", "image"]
"""What is shown of a query: the reference image with the text, or one of the two."""
MODES: tuple[Mode, ...] = get_args(Mode)


@dataclass(frozen=True, slots=True)
class Case:
    """A query that has a right answer, with places in the gallery."""

    query: EdirQuery
    image: Path
    targets: frozenset[int]
    siblings: frozenset[int]
    """Edits of the same seed that are not what was asked for: hard negatives."""
    references: frozenset[int]
    """Where the reference image itself lies in the gallery, if it does."""

    def show(self, mode: Mode) -> Query:
        """The query as an embedder gets it."""
        return Query(self.image if mode != "text" else None, self.query.text if mode != "image" else None)


@dataclass(frozen=True, slots=True)
class Layout:
    """Everything that is scored."""

    cases: tuple[Case, ...]
    gallery: tuple[EdirImage, ...]
    """In the order of their ids, by which equal scores are ordered."""
    paths: tuple[Path, ...]
    """The files of the gallery."""
    unanswerable: int
    """Queries left out, because no image is right for them."""

    def find_references(self) -> NDArray[np.int64]:
        """Pairs of a case's number and the place of its reference."""
        pairs = [(number, place) for number, case in enumerate(self.cases) for place in case.references]
        return np.array(pairs, dtype=np.int64).reshape(-1, 2)


def lay_out(data: EdirData, limit: int | None = None) -> Layout:
    """Lay out the first `limit` queries, or all; ConfigError where ids do not agree or nothing is left."""
    gallery = tuple(sorted(data.corpus, key=lambda image: image.id))
    _refuse_repeated("corpus", (image.id for image in gallery))
    _refuse_repeated("query", (query.id for query in data.queries))
    _refuse_repeated("instance", (instance.qid for instance in data.instances))
    places = {image.id: place for place, image in enumerate(gallery)}
    files: dict[str, list[int]] = {}
    for place, image in enumerate(gallery):
        files.setdefault(image.image, []).append(place)
    answers = {instance.qid: instance for instance in data.instances}
    asked = data.queries[:limit]
    cases = tuple(
        Case(
            query,
            data.locate(query.image),
            _locate(answers[query.id], "pos", places),
            _locate(answers[query.id], "neg", places),
            frozenset(files.get(query.image, ())),
        )
        for query in asked
        if query.id in answers and answers[query.id].pos
    )
    if not cases:
        raise ConfigError("no query has a right answer: instances.jsonl names no positive of any of them")
    paths = tuple(data.locate(image.image) for image in gallery)
    return Layout(cases, gallery, paths, len(asked) - len(cases))


def _locate(instance: EdirInstance, role: Literal["pos", "neg"], places: dict[str, int]) -> frozenset[int]:
    ids: Sequence[str] = instance.pos if role == "pos" else instance.neg
    if strangers := [one for one in ids if one not in places]:
        raise ConfigError(f"instance {instance.qid!r}: {role} {strangers[0]!r} is not in the corpus: mend it")
    return frozenset(places[one] for one in ids)


def _refuse_repeated(what: str, ids: Iterable[str]) -> None:
    repeated = [name for name, count in Counter(ids).items() if count > 1]
    if repeated:
        raise ConfigError(f"{what} {repeated[0]!r}: the id stands more than once: mend the data set")
