"""The samples of a run: images to describe, then texts to draw."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

from irloom.errors import ConfigError
from irloom.pipelines.flow import Samples
from irloom.records import Sample
from irloom.sources.texts import PlainText

Subject = Sample | PlainText
"""An image, or a text to draw a picture from."""
Value = TypeVar("Value")


class Subjects:
    """Several sources one after the other. Raises ConfigError where two name a sample alike."""

    def __init__(self, sources: Sequence[Samples]) -> None:
        self._sources = sources
        ids = [one for source in sources[1:] for one in source.list_ids()]
        if clash := next((one for one in ids if sources[0].get(one) is not None), None):
            raise ConfigError(f"--texts names a text {clash!r}, as an image is called: give it another `id`.")

    @property
    def counts(self) -> Mapping[str, int]:
        """How many there are of each kind."""
        return _join([source.counts for source in self._sources])

    @property
    def notices(self) -> Sequence[str]:
        """What is told before a run."""
        return [notice for source in self._sources for notice in source.notices]

    @property
    def digests(self) -> Mapping[str, str]:
        """Digests of the files that were read."""
        return _join([source.digests for source in self._sources])

    def __len__(self) -> int:
        return sum(map(len, self._sources))

    def list_ids(self) -> Iterator[str]:
        """Every id, images first."""
        for source in self._sources:
            yield from source.list_ids()

    def get(self, sample_id: str) -> Subject | None:
        """One sample by its id."""
        found = (source.get(sample_id) for source in self._sources)
        subject = next((one for one in found if one is not None), None)
        assert subject is None or isinstance(subject, Subject)
        return subject

    def close(self) -> None:
        """Let go of files."""
        for source in self._sources:
            source.close()


def _join(parts: Sequence[Mapping[str, Value]]) -> dict[str, Value]:
    return {name: value for part in parts for name, value in part.items()}
