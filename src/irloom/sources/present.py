"""The samples of a COCO file whose images are in the folder: a part of its photographs is enough to begin."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from irloom.errors import ConfigError
from irloom.records import Sample
from irloom.sources.coco import CocoSource
from irloom.sources.licensed import LicensedSource
from irloom.sources.location import tell_links


class PresentSource:
    """Leaves out what is not in the image folder, and says how many these are. Raises ConfigError for all."""

    def __init__(self, source: CocoSource | LicensedSource, images: Path) -> None:
        self._source = source
        self.digests: Mapping[str, str] = source.digests
        files = list(source.list_files())
        self._ids = {sample: None for sample, file in files if file is not None}
        self.missing = len(files) - len(self._ids)
        if not self._ids:
            source.close()
            raise ConfigError(
                f"{images} holds none of the {len(files):,} images of the annotations: name the folder that "
                "their file names start from."
            )
        self._linked = sum(source.refuses_link(file) for _, file in files if file is not None)
        self.counts: Mapping[str, int] = {
            **source.counts,
            "images": len(self._ids),
            "images_not_here": self.missing,
        }

    @property
    def notices(self) -> tuple[str, ...]:
        """What is told before a run begins."""
        return (*self._source.notices, *([tell_links(self._linked)] if self._linked else []))

    def __len__(self) -> int:
        return len(self._ids)

    def list_ids(self) -> Iterator[str]:
        """Every id, in the order of the file."""
        return iter(self._ids)

    def get(self, sample_id: str) -> Sample | None:
        """The sample of an id; None where its image is not there."""
        return self._source.get(sample_id) if sample_id in self._ids else None

    def close(self) -> None:
        """Let go of the index."""
        self._source.close()
