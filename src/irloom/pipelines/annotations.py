"""What every flow over images with COCO annotations is asked to read."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, get_args

from irloom.config import RunConfig
from irloom.records import IGNORED_LABELS, BoxForm
from irloom.settings import DIGESTED, WHAT_TO_READ, FollowLinks, Option

if TYPE_CHECKING:
    from irloom.pipelines.flow import Indexing
    from irloom.sources.coco import CocoSource


class AnnotationSettings(RunConfig):
    """Settings that say which images there may be, and how their captions and boxes are read."""

    images: Annotated[
        Path | None, DIGESTED, Option(WHAT_TO_READ, metavar="DIR", on_resume="where the images lie now")
    ] = None
    """Folder of the visible images."""
    captions: Annotated[
        Path | None, DIGESTED, Option(WHAT_TO_READ, metavar="FILE", on_resume="where the captions lie now")
    ] = None
    """COCO captions JSON."""
    instances: Annotated[
        Path | None,
        DIGESTED,
        Option(WHAT_TO_READ, metavar="FILE", on_resume="where the instances lie now"),
    ] = None
    """COCO instances JSON (boxes and polygons)."""
    boxes: Annotated[
        BoxForm | None,
        Option(
            WHAT_TO_READ,
            choices=get_args(BoxForm),
            help="what the four numbers of a box are (xywh, refused where they look like another form)",
        ),
    ] = None
    """What the four numbers of a box are; None is `xywh`, refused where the file looks like another form."""
    normalised: Annotated[bool, Option(WHAT_TO_READ)] = False
    """Boxes are shares of the image, not pixels."""
    ignore_labels: Annotated[
        tuple[str, ...],
        Option(WHAT_TO_READ, metavar="LIST", form="list", help='labels that name no object ("" for none)'),
    ] = IGNORED_LABELS
    """Labels that name no object: their boxes are left out, in whatever spelling."""
    follow_links: FollowLinks = False
    """Copy also images that are links to files outside of their folder."""

    def read_coco(
        self,
        images: Path,
        indexing: "Indexing | None",
        needs_captions: bool = True,
        reads_links: bool = False,
    ) -> "CocoSource":
        """Index the annotations of a folder.

        `reads_links` is for a flow that reads images without copying them, or refuses to where it does.
        Raises ConfigError where they cannot be read.
        """
        from irloom.sources.coco import CocoSource

        return CocoSource(
            images,
            self.captions,
            self.instances,
            progress=indexing,
            needs_captions=needs_captions,
            boxes=self.boxes,
            normalised=self.normalised,
            ignore_labels=self.ignore_labels,
            follow_links=reads_links or self.follow_links,
        )


class AnnotatedConfig(AnnotationSettings):
    """Settings of a run over images, their captions and their boxes."""

    images: Annotated[
        Path, DIGESTED, Option(WHAT_TO_READ, metavar="DIR", on_resume="where the images lie now")
    ]
    """Folder of the visible images."""

    def open_coco(
        self, indexing: "Indexing | None", needs_captions: bool = True, reads_links: bool = False
    ) -> "CocoSource":
        """Index the annotations. Raises ConfigError where they cannot be read as they are said to be."""
        return self.read_coco(self.images, indexing, needs_captions, reads_links)
