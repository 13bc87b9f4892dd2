"""The samples of a COCO file whose photographs have a licence that somebody can rely on."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from irloom.errors import ConfigError
from irloom.records import Sample
from irloom.sources.coco import CocoSource
from irloom.sources.licences import UNKNOWN


class LicensedSource:
    """Leaves out photographs of other and of unknown licences. Raises ConfigError where none is left."""

    def __init__(self, source: CocoSource, licences: Sequence[str]) -> None:
        """`licences` are names as `irloom.sources.licences` gives them."""
        self._source = source
        self._licences = licences
        self._ids: dict[str, None] = {}
        self._others: Counter[str] = Counter()
        self._example = ""
        for sample, code in source.list_licences():
            if code in licences:
                self._ids[sample] = None
            else:
                self._example = self._example or f"{sample!r} ({code})"
                self._others[code] += 1
        self._refuse_none()
        self.digests: Mapping[str, str] = source.digests
        self.counts: Mapping[str, int] = {
            **source.counts,
            "images": len(self._ids),
            "images_unlicensed": self._others.total(),
        }

    @property
    def labels(self) -> frozenset[str]:
        """The labels that some box of the files has."""
        return self._source.labels

    @property
    def notices(self) -> tuple[str, ...]:
        """What is told before a run begins: of the files, and how many images are left out, such as which."""
        number, unknown = self._others.total(), self._others[UNKNOWN]
        if not number:
            return self._source.notices
        said = (
            f"{number:,} of {len(self._source):,} images have no licence of {', '.join(self._licences)}, "
            f"such as {self._example}: they are left out. Of {unknown:,} of them no licence is known."
        )
        return (*self._source.notices, said)

    def _refuse_none(self) -> None:
        if not self._ids:
            number = len(self._source)
            self._source.close()
            found = ", ".join(f"{code} ({times:,})" for code, times in self._others.most_common(5))
            raise ConfigError(
                f"--licence {','.join(self._licences)}: none of the {number:,} images has such a licence. "
                f"The annotations name {found}."
            )

    def __len__(self) -> int:
        return len(self._ids)

    def __iter__(self) -> Iterator[Sample]:
        return (sample for sample in map(self._source.get, self._ids) if sample is not None)

    def read_some(self, most: int) -> list[Sample]:
        """Give up to so many samples from all over the source, the same ones each time."""
        step = -(-len(self._ids) // most)
        found = map(self._source.get, list(self._ids)[::step])
        return [sample for sample in found if sample is not None]

    def list_ids(self) -> Iterator[str]:
        """Every id, in the order of the file."""
        return iter(self._ids)

    def list_files(self) -> Iterator[tuple[str, str | None]]:
        """Yield the id of every image, in order, and where it lies in the folder: None for nowhere."""
        return ((sample, file) for sample, file in self._source.list_files() if sample in self._ids)

    def refuses_link(self, name: str) -> bool:
        """Whether an image is a link to a file outside of the folder, which is refused."""
        return self._source.refuses_link(name)

    def get(self, sample_id: str) -> Sample | None:
        """The sample of an id; None where its photograph has another licence."""
        return self._source.get(sample_id) if sample_id in self._ids else None

    def close(self) -> None:
        """Let go of the index."""
        self._source.close()
