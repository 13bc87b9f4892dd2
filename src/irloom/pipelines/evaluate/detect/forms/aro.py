"""ARO: relations and attributes of Visual Genome, right and swapped (arXiv 2210.01936)."""

from collections.abc import Iterator
from typing import Any

from irloom.alignment import LabelledSentence
from irloom.backends.shots import leads_out
from irloom.pipelines.evaluate.detect.forms.document import Document
from irloom.pipelines.evaluate.detect.forms.form import Form, Pick, read_records, require_text
from irloom.pipelines.evaluate.detect.forms.ledger import Ledger, Unusable
from irloom.pipelines.evaluate.detect.forms.pairs import Crop, make_pair

GROUP = "ARO"
_BOX = ("bbox_x", "bbox_y", "bbox_w", "bbox_h")


def read_aro(document: Document, ledger: Ledger, pick: Pick) -> Iterator[LabelledSentence]:
    """Both captions of every entry, about the part of the image that its box frames."""

    def read(where: str, record: Any) -> list[LabelledSentence]:
        is_relation = "relation_name" in record if isinstance(record, dict) else False
        right, wrong = require_text(record, "true_caption"), require_text(record, "false_caption")
        image = pick([require_text(record, "image_path")])
        crop = _read_crop(record, ledger)
        return make_pair(
            right,
            wrong,
            group=GROUP,
            image=image,
            pair=f"{'relation' if is_relation else 'attribution'}-{where.rpartition(' ')[2]}",
            error_type="Relation" if is_relation else "Attribute",
            domain="VG_Relation" if is_relation else "VG_Attribution",
            crop=None if crop is None else _clip(crop, image, pick.measure(image), ledger),
        )

    yield from read_records(document.iterate_records(), read, ledger)


def _read_crop(record: dict[str, Any], ledger: Ledger) -> Crop | None:
    """Edges from corner and size; None where no box is given."""
    if not any(name in record for name in _BOX):
        ledger.remark(
            "entries without a box, of which the whole image is shown", repr(record["true_caption"])
        )
        return None
    numbers = [record.get(name) for name in _BOX]
    if not all(isinstance(number, int | float) and not isinstance(number, bool) for number in numbers):
        raise Unusable("a box that is not four numbers", numbers)
    left, top, width, height = (float(number) for number in numbers if number is not None)
    if width <= 0 or height <= 0:
        raise Unusable("a box without area", numbers)
    return left, top, left + width, top + height


def _clip(crop: Crop, image: str, size: tuple[int, int] | None, ledger: Ledger) -> Crop:
    """The part of a box inside its image; all where no size is known. Raises Unusable where it is outside."""
    if size is None:
        return crop
    left, top, right, bottom = crop
    inside = max(left, 0.0), max(top, 0.0), min(right, float(size[0])), min(bottom, float(size[1]))
    if inside[0] >= inside[2] or inside[1] >= inside[3]:
        raise Unusable("a box outside of its image", crop)
    if not leads_out(crop, size):
        return crop  # with what rounding adds, as always, so that nothing is asked again
    ledger.remark("boxes that lead out of their image, of which the part inside is shown", f"{image}: {crop}")
    return inside


ARO = Form(
    name="aro",
    expects="a JSON list of entries with `image_path`, `true_caption`, `false_caption`, the box as `bbox_x`, "
    "`bbox_y`, `bbox_w`, `bbox_h`, and `relation_name` or `attributes`",
    recognise=lambda document: document.has("true_caption", "false_caption"),
    read=read_aro,
)
