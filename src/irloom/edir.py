"""The rows of EDIR's published form (arXiv 2601.16125): what is looked for, among what, and what is right."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import Field

from irloom.edits import Subcategory, name_subcategory
from irloom.records import Row


class EdirQuery(Row):
    """A reference image with what should be different about it."""

    id: str = Field(min_length=1)
    image: str = Field(min_length=1)
    """File name of the reference, in the folder of images; likewise of a corpus image."""
    text: str
    modality: str = "image"
    metadata: Mapping[str, Any] = Field(default_factory=dict)

    @property
    def subcategory(self) -> Subcategory | None:
        """What kind of change is asked for; None where it is not said, or in words that are not known."""
        return name_subcategory(str(self.metadata.get("subcategory", "")))


class EdirImage(Row):
    """One image of the corpus, which is searched."""

    id: str = Field(min_length=1)
    image: str = Field(min_length=1)
    modality: str = "image"


class EdirInstance(Row):
    """What is right for a query, and what only looks so."""

    qid: str = Field(min_length=1)
    pos: tuple[str, ...]
    """Ids in the corpus; likewise `neg`."""
    neg: tuple[str, ...]
    """Siblings of the target: hard negatives."""


@dataclass(frozen=True, slots=True)
class EdirData:
    """A data set in EDIR's form."""

    folder: Path
    """Where its images lie."""
    queries: tuple[EdirQuery, ...]
    corpus: tuple[EdirImage, ...]
    instances: tuple[EdirInstance, ...]

    def locate(self, image: str) -> Path:
        """The file of an image of a query or of the corpus."""
        return self.folder / image
