"""Two sentences about one image, of which one is right: what several sets consist of."""

from irloom.alignment import ErrorType, LabelledSentence
from irloom.pipelines.evaluate.detect.forms.form import name_sentence

Crop = tuple[float, float, float, float]


def make_pair(
    right: str,
    wrong: str,
    *,
    group: str,
    image: str,
    pair: str,
    error_type: ErrorType | None,
    domain: str = "",
    crop: Crop | None = None,
) -> list[LabelledSentence]:
    """The right sentence and the wrong one, tied by `pair`."""
    return [
        LabelledSentence(
            id=name_sentence(group, image, text, pair, side),
            group=group,
            image=image,
            crop=crop,
            text=text,
            label="correct" if side == "right" else "incorrect",
            error_type=None if side == "right" else error_type,
            pair=pair,
            side=side,
            domain=domain,
        )
        for side, text in (("right", right), ("wrong", wrong))
    ]
