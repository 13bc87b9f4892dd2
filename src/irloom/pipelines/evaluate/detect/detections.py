"""What a detector said of which sentences: the rows of a run of `irloom run detect` as columns.

Columns and not records, because a published set has 90,000 sentences and several runs are compared.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from irloom.agents.detecting import SIMILARITY_PROMPT
from irloom.engine.directory import RunDirectory
from irloom.engine.reader import iterate_rows
from irloom.errors import RunDirError
from irloom.metrics.ranking import Clusters, Flags, Scores
from irloom.pipelines.evaluate.conditions import Conditions, read_conditions
from irloom.pipelines.evaluate.detect.asks import SCORE, WORDS
from irloom.pipelines.evaluate.detect.localisation import Words, mark_words

MID = 50.0
"""What an unread score counts as, in the middle of 0..100."""
Names = NDArray[np.str_]

_SHORT = 16
"""Hex digits of a sentence's digest."""
_WINOGROUND = frozenset({"c0i0", "c0i1", "c1i0", "c1i1"})


@dataclass(frozen=True, slots=True)
class Columns:
    """One value a sentence in each; sentences that nobody could label are not among them."""

    samples: Names
    groups: Names
    right: Flags
    read: Scores
    """NaN where no score was read."""
    failed: Flags
    """Whether the ask failed, so that there was nothing to read."""
    positions: NDArray[np.int64]
    """-1 where it is not known."""
    types: Names
    domains: Names
    images: Names
    """What hangs together in a resample: the picture, or the two pictures of a pair of Winoground."""
    pairs: Names
    sides: Names
    pictures: Names
    """Path of what was shown, relative to the run; empty where there was none."""
    texts: Names
    """Digest of the sentence: another set may give its name to other words."""
    words: NDArray[np.object_]
    """`Words` where the wrong words were asked for and are known, else None."""

    def __len__(self) -> int:
        return len(self.samples)

    def take(self, rows: NDArray[Any]) -> "Columns":
        """Some of the sentences, by a mask or by places."""
        return replace(self, **{one.name: getattr(self, one.name)[rows] for one in fields(self)})


@dataclass(frozen=True, slots=True)
class Detections:
    """One run."""

    name: str
    root: Path
    model: str
    mid: float
    """What a sentence without a score counts as."""
    columns: Columns
    unknown: int
    """Sentences that the panel could not label, which take part in nothing."""
    writers: Mapping[str, tuple[str, ...]]
    """Who made the sentences of each group, where that is known."""
    sets: tuple[str, ...]
    """Names of the published sets that it is from."""
    is_similarity: bool
    """Whether scores are an embedder's cosines and not 0..100, so that --verify-above takes none of them."""
    conditions: Conditions = field(default_factory=dict)
    """How it asked, which runs that are compared may differ in."""

    @property
    def scores(self) -> Scores:
        """With the mid value for what has none."""
        return np.where(np.isnan(self.columns.read), self.mid, self.columns.read)

    @property
    def groups(self) -> list[str]:
        """In alphabetical order."""
        return [str(name) for name in np.unique(self.columns.groups)]

    @property
    def failed(self) -> int:
        """Sentences whose ask failed."""
        return int(self.columns.failed.sum())

    @property
    def unread(self) -> int:
        """Sentences of whose reply no score was read."""
        return int(np.isnan(self.columns.read).sum()) - self.failed

    def take(self, rows: NDArray[Any]) -> "Detections":
        """The same run on some of its sentences."""
        return replace(self, columns=self.columns.take(rows))


def number_clusters(columns: Columns) -> tuple[Clusters, int]:
    """Of each sentence the number of its image, and how many there are."""
    names, places = np.unique(columns.images, return_inverse=True)
    return places.astype(np.int64), len(names)


def read_run(root: Path) -> Detections:
    """A run as far as it is committed; RunDirError for another flow's, or without a labelled sentence."""
    about = RunDirectory.open(root).about
    if about.get("flow") != "detect":
        raise RunDirError(
            f"{root} is a run of the flow {about.get('flow')!r}, and none of `irloom run detect`."
        )
    heard = _read_answers(root)
    labels, sets, writers = Counter[str](), dict[str, None](), dict[str, dict[str, None]]()
    lines = []
    for row in iterate_rows(root, "questions"):
        labels[row["answer"]] += 1
        sets[row.get("set") or ""] = None
        if row.get("writer"):
            writers.setdefault(row["group"], {})[row["writer"]] = None
        if row["answer"] != "unknown":
            lines.append(_take_line(row, heard))
    if not lines:
        raise RunDirError(_explain_nothing(root, labels["unknown"]))
    columns = _as_columns(lines)
    return Detections(
        name=root.resolve().name,
        root=root,
        model=", ".join(sorted(heard.models)) or "nobody",
        mid=_choose_mid(columns.read, heard.is_similarity),
        columns=columns,
        unknown=labels["unknown"],
        writers={group: tuple(names) for group, names in writers.items()},
        sets=tuple(name for name in sets if name),
        is_similarity=heard.is_similarity,
        conditions=read_conditions(about),
    )


def _explain_nothing(root: Path, unknown: int) -> str:
    if unknown:
        return f"{root}: all {unknown:,} sentences so far are of unknown truth, so that none can be scored."
    return f"{root}: no sentence with a label is committed yet; `irloom resume` goes on."


@dataclass(slots=True)
class _Heard:
    """What was read of the asks of each sentence, by ask, and who answered."""

    read: dict[str, dict[str, str | None]] = field(default_factory=dict)
    models: set[str] = field(default_factory=set)
    is_similarity: bool = False
    is_localised: bool = False


def _read_answers(root: Path) -> _Heard:
    heard = _Heard()
    for row in iterate_rows(root, "answers"):
        heard.read.setdefault(row["sample"], {})[row["ask"]] = row["read"]
        heard.models.add(row["models"]["answerer"])
        heard.is_similarity |= SIMILARITY_PROMPT in row["prompts"]
        heard.is_localised |= row["ask"] == WORDS
    return heard


def _take_line(row: Mapping[str, Any], heard: _Heard) -> tuple[Any, ...]:
    """The values of `Columns`, in their order."""
    read = heard.read.get(row["sample"], {})
    position = row.get("position")
    side = row.get("side") or ""
    return (
        row["sample"],
        row["group"],
        row["answer"] == "correct",
        _read_number(read.get(SCORE)),
        SCORE not in read,
        -1 if position is None else position,
        row.get("error_type") or "",
        row.get("domain") or "",
        row["pair"] if side in _WINOGROUND else row["source"] or row["sample"],
        row.get("pair") or "",
        side,
        next(iter(row["images"]), ""),
        hashlib.sha256(row["question"].encode()).hexdigest()[:_SHORT],
        _read_words(row, read.get(WORDS)) if heard.is_localised else None,
    )


def _read_number(text: str | None) -> float:
    return np.nan if text is None else float(text)


def _read_words(row: Mapping[str, Any], text: str | None) -> Words | None:
    """None where nobody told which words of a wrong sentence are wrong."""
    spans = row.get("spans") or ()
    if row["answer"] == "incorrect" and not spans:
        return None
    return mark_words(row["question"], spans, [] if text is None else orjson.loads(text), unread=text is None)


def _as_columns(lines: Sequence[tuple[Any, ...]]) -> Columns:
    kinds = {"right": bool, "read": np.float64, "failed": bool, "positions": np.int64}
    values = zip(*lines, strict=True)
    named = zip((one.name for one in fields(Columns)), values, strict=True)
    return Columns(**{name: _as_column(name, some, kinds.get(name, np.str_)) for name, some in named})


def _as_column(name: str, values: Sequence[Any], kind: Any) -> NDArray[Any]:
    if name != "words":
        return np.array(values, dtype=kind)
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return column


def _choose_mid(read: Scores, is_similarity: bool) -> float:
    """The middle of 0..100; a similarity has no such scale, so it is the median of those that were found."""
    known = read[~np.isnan(read)]
    return float(np.median(known)) if is_similarity and known.size else MID


def share_sentences(runs: Sequence[Detections]) -> tuple[list[Detections], int]:
    """Every run on the sentences that all have under the same label, in one order; and how many are left out.

    What is left out are sentences of any run that another one lacks, or has in other words, or under another
    label or group.
    """
    keys = [_list_keys(run.columns) for run in runs]
    common = set(keys[0]).intersection(*keys[1:])
    order = [key for key in keys[0] if key in common]
    shared = []
    for run, names in zip(runs, keys, strict=True):
        places = {key: place for place, key in enumerate(names)}
        shared.append(run.take(np.array([places[key] for key in order], dtype=np.int64)))
    return shared, len(set().union(*keys)) - len(common)


def _list_keys(columns: Columns) -> list[tuple[str, str, str, bool]]:
    named = (
        *(columns.samples.tolist(), columns.texts.tolist()),
        *(columns.groups.tolist(), columns.right.tolist()),
    )
    return list(zip(*named, strict=True))
