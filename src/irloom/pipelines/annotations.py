"""What every flow over images with COCO annotations is asked to read."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Self, get_args

from pydantic import SerializerFunctionWrapHandler, field_validator, model_serializer, model_validator

from irloom.config import RunConfig
from irloom.errors import UserError
from irloom.records import IGNORED_LABELS, BoxForm
from irloom.settings import DIGESTED, WHAT_TO_READ, FollowLinks, Option
from irloom.sources.licences import read_licences

if TYPE_CHECKING:
    from irloom.pipelines.flow import Indexing
    from irloom.sources.coco import CocoSource
    from irloom.sources.licensed import LicensedSource


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
    licences: Annotated[
        tuple[str, ...],
        Option(
            WHAT_TO_READ,
            metavar="LIST",
            flag="licence",
            form="list",
            help="such as by,by-sa,cc0: only photographs with these; unknown ones are left out",
        ),
    ] = ()
    """Licences of the photographs that are taken, as exports name them; any where left out."""

    @field_validator("licences")
    @classmethod
    def name_licences(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        """Take each by its short name; an empty list would take what nobody allowed."""
        if not names:
            raise ValueError("the list is empty: name at least one, such as by")
        try:
            return read_licences(names)
        except UserError as error:
            raise ValueError(str(error)) from error

    @model_validator(mode="after")
    def validate_licences(self) -> Self:
        """Refuse to choose by licences where nothing says them."""
        if self.licences and not self.tells_licences:
            raise ValueError(
                "--licence needs --captions or --instances: they say which licence a photograph has"
            )
        return self

    @model_serializer(mode="wrap")
    def leave_out_unset(self, dump: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Be as runs were that did not know a setting, where it says nothing."""
        found: dict[str, Any] = dump(self)
        return {name: value for name, value in found.items() if name not in self.list_unset()}

    def list_unset(self) -> frozenset[str]:
        """Settings that say nothing here, and that runs of before did not have."""
        return frozenset() if self.licences else frozenset({"licences"})

    @property
    def tells_licences(self) -> bool:
        """Whether something that is read says the licences of photographs."""
        return self.captions is not None or self.instances is not None

    def read_coco(
        self,
        images: Path,
        indexing: "Indexing | None",
        needs_captions: bool = True,
        reads_links: bool = False,
    ) -> "CocoSource | LicensedSource":
        """Index the annotations of a folder, and leave out photographs of other licences than are asked for.

        `reads_links` is for a flow that reads images without copying them, or refuses to where it does.
        Raises ConfigError where they cannot be read.
        """
        from irloom.sources.coco import CocoSource
        from irloom.sources.licensed import LicensedSource

        source = CocoSource(
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
        return LicensedSource(source, self.licences) if self.licences else source


class AnnotatedConfig(AnnotationSettings):
    """Settings of a run over images, their captions and their boxes."""

    images: Annotated[
        Path, DIGESTED, Option(WHAT_TO_READ, metavar="DIR", on_resume="where the images lie now")
    ]
    """Folder of the visible images."""

    def open_coco(
        self, indexing: "Indexing | None", needs_captions: bool = True, reads_links: bool = False
    ) -> "CocoSource | LicensedSource":
        """Index the annotations. Raises ConfigError where they cannot be read as they are said to be."""
        return self.read_coco(self.images, indexing, needs_captions, reads_links)
