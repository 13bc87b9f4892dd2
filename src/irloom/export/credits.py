"""Where the photograph of a row is from: by the row, or by the annotations that its run read.

Rows of runs that were made before irloom recorded licences say nothing; then the files of the run's
configuration are asked, if they still are those that the run read.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson

from irloom.engine.directory import RunDirectory
from irloom.errors import ConfigError
from irloom.sources.cache import choose_cache, open_index
from irloom.sources.collector import hash_file
from irloom.sources.index import Index
from irloom.sources.reading import Reading
from irloom.sources.staging import KINDS, Kind

CREDIT = ("source_url", "photographer", "licence", "licence_url")
Credit = Mapping[str, str | None]


class Credits:
    """Who is to be named for the rows of one run; the annotations are opened when a row needs them."""

    def __init__(self, root: Path) -> None:
        self._run = RunDirectory.open(root)
        self._index: Index | None = None
        self._is_open = False
        self._known: dict[str, Credit] = {}

    def find(self, row: Mapping[str, Any]) -> Credit:
        """Source, photographer and licence of a row; None for each that nobody says."""
        if "licence" in row:
            return {name: row.get(name) for name in CREDIT}
        sample = row["sample"]
        if sample not in self._known:
            self._known[sample] = self._look_up(sample)
        return self._known[sample]

    def _look_up(self, sample: str) -> Credit:
        if not self._is_open:
            self._index, self._is_open = _open_annotations(self._run), True
        found = self._index.find(sample) if self._index is not None else None
        values = orjson.loads(found.credit) if found is not None else []
        return dict(zip(CREDIT, values or [None] * len(CREDIT), strict=True))


def _open_annotations(run: RunDirectory) -> Index | None:
    """The index of those files that still are what the run read; None where none is."""
    settings, fingerprint = run.settings, run.about["fingerprint"]
    inputs: dict[Kind, tuple[Path, str]] = {}
    for kind in KINDS:
        if not (name := settings.get(kind)):
            continue
        try:
            digest = hash_file(Path(name), kind, lambda what, done, total: None)
        except ConfigError:
            continue  # it is gone, or elsewhere by now
        if fingerprint.get(f"digest.{kind}") == digest:
            inputs[kind] = (Path(name), digest)
    if not inputs:
        return None
    reading = Reading(
        settings.get("boxes"),
        bool(settings.get("normalised")),
        tuple(settings.get("ignore_labels") or Reading().ignore_labels),
    )
    return open_index(inputs, reading, choose_cache(None), lambda what, done, total: None)
