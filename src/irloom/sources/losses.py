"""What a file loses on its way in, reason by reason, so that no large loss goes without a word."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from irloom.errors import ConfigError

_TOLD = 10
"""More than one in so many, and it is told before the run begins."""
_TOLD_OF = frozenset({"images", "captions", "boxes"})
_ALSO_TOLD_OF = frozenset({"annotations"})
"""Of sets alone, whose annotations are files; a set without any is no mistake."""
_WHY: Mapping[str, str] = {
    "image_invalid": "they are no objects",
    "image_id_invalid": "they have no usable `id`",
    "image_name_missing": "they have neither `file_name` nor `filename` nor `coco_url`",
    "image_file_shared": "they name a file that another image names, too",
    "image_without_captions": "no caption belongs to them; `failed.jsonl` names each",
    "image_file_missing": "the image folder does not hold their files",
    "caption_invalid": "`caption` is no text",
    "caption_empty": "`caption` is empty",
    "caption_orphan": "their `image_id` is the id of no listed image",
    "annotation_invalid": "they are no objects",
    "box_orphan": "their `image_id` is the id of no listed image",
    "box_invalid": "`bbox` is not four finite numbers",
    "box_empty": "nothing of them lies inside their image, or they have no width or height",
    "category_unknown": "their `category_id` is the id of no listed category",
    "label_ignored": "their label is one of --ignore-labels",
    "image_id_taken": "another image of the set goes by the same name",
    "annotation_missing": "no annotation file belongs to them",
    "annotation_second": "another file annotates the same picture, and the first by its name is read",
    "partner_second": "their other visible pictures of the same name are left out",
    "annotation_orphan": "no image belongs to them",
    "annotation_unreadable": "they cannot be read, and each is a row with its reason",
    "line_invalid": "their line has other fields than the form has",
    "sequence_unequal": "their video has more or fewer frames than they are, so nobody knows whose they are",
    "box_without_extent": "only their centre is given: what lies around it is an ignored region",
}
_KEPT = frozenset(
    {
        "image_file_shared",
        "image_without_captions",
        "image_file_missing",
        "image_name_missing",
        "annotation_missing",
        "partner_second",
    }
)
"""What is no loss of entries, and is dealt with image by image."""


@dataclass(slots=True)
class Losses:
    """Counts with an example each; `totals` by what there was: `images`, `captions`, `boxes`."""

    totals: dict[str, int] = field(default_factory=dict)
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    examples: dict[str, str] = field(default_factory=dict)

    def expect(self, what: str, number: int = 1) -> None:
        """Count entries that there are."""
        self.totals[what] = self.totals.get(what, 0) + number

    def add(self, what: str, reason: str, example: str, number: int = 1) -> None:
        """Count a loss; its first example is kept."""
        if number:
            reasons = self.counts.setdefault(what, {})
            reasons[reason] = reasons.get(reason, 0) + number
            self.examples.setdefault(f"{what} {reason}", _shorten(example))

    def dump(self) -> dict[str, Any]:
        """For the index."""
        return {"totals": self.totals, "counts": self.counts, "examples": self.examples}

    def list_notices(self) -> list[str]:
        """A sentence for each reason that more than a tenth was lost for."""
        return [
            f"{number:,} of {self.totals[what]:,} {what} {_verb(reason)}: {_WHY[reason]}"
            f"{self._give_example(what, reason)}."
            for what, reason, number in self._list()
            if what in _TOLD_OF | _ALSO_TOLD_OF and number * _TOLD > self.totals.get(what, 0)
        ]

    def refuse_all(self, kept: Mapping[str, int]) -> None:
        """Raise ConfigError where nothing is kept of the images, the captions or the boxes of the files."""
        for what in sorted(_TOLD_OF & self.totals.keys()):
            reasons = self.counts.get(what, {})
            lost = {reason: number for reason, number in reasons.items() if reason not in _KEPT}
            if lost and not kept.get(what):
                self._refuse(what, lost)

    def _refuse(self, what: str, lost: Mapping[str, int]) -> None:
        worst = sorted(lost.items(), key=lambda item: -item[1])
        said = "; ".join(
            f"{number:,} because {_WHY[reason]}{self._give_example(what, reason)}" for reason, number in worst
        )
        advice = _ADVICE.get(worst[0][0], "Mend the file")
        raise ConfigError(
            f"All {self.totals[what]:,} {what} of the files would be dropped: {said}. {advice}."
        )

    def _give_example(self, what: str, reason: str) -> str:
        """Its first example, where there is one."""
        example = self.examples[f"{what} {reason}"]
        return f", such as {example}" if example else ""

    def _list(self) -> Iterator[tuple[str, str, int]]:
        for what, reasons in self.counts.items():
            yield from ((what, reason, number) for reason, number in reasons.items())


_ADVICE: Mapping[str, str] = {
    "label_ignored": "Give --ignore-labels the labels to leave out, or an empty text for none",
    "box_orphan": "Check that --captions and --instances are of the same images",
    "caption_orphan": "Check that the annotations are of the images that the file lists",
    "category_unknown": "Check `categories` of the file",
}


def read_losses(stored: Mapping[str, Any]) -> Losses:
    """What `dump` gave."""
    copies: Iterable[tuple[str, dict[str, int]]] = stored["counts"].items()
    return Losses(dict(stored["totals"]), {name: dict(one) for name, one in copies}, dict(stored["examples"]))


def _verb(reason: str) -> str:
    if reason == "image_file_shared":
        return "stay, and may be wrong"
    if reason == "annotation_missing":
        return "are not annotated"
    if reason == "partner_second":
        return "have more than one visible picture"
    return "cannot be used" if reason in _KEPT else "are left out"


def _shorten(text: str) -> str:
    return text if len(text) <= 120 else f"{text[:119]}…"
