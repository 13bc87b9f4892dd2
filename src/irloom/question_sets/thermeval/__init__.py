"""ThermEval's seven kinds of questions about thermal images (arXiv 2602.14989), from its published labels."""

from collections.abc import Callable, Iterator, Mapping

from irloom.errors import ConfigError
from irloom.question_sets.builder import Builder, Drafted
from irloom.question_sets.ledger import Ledger
from irloom.question_sets.thermeval.bars import draft_bars
from irloom.question_sets.thermeval.heat import draft_order, draft_two
from irloom.question_sets.thermeval.modality import draft_maps, draft_modality
from irloom.question_sets.thermeval.people import draft_people
from irloom.question_sets.thermeval.points import draft_points
from irloom.question_sets.thermeval.regions import draft_distances, draft_regions
from irloom.question_sets.thermeval.settings import Kind, ThermevalSettings

_Draft = Callable[[ThermevalSettings, Ledger], Iterator[Drafted]]
_DRAFTS: Mapping[Kind, tuple[_Draft, ...]] = {
    "T1": (draft_modality,),
    "T2": (draft_maps,),
    "T3": (draft_people,),
    "T4": (draft_bars,),
    "T5": (draft_two, draft_order),
    "T6": (draft_points, draft_regions),
    "T7": (draft_distances,),
}


def build(settings: ThermevalSettings, ledger: Ledger) -> Iterator[Drafted]:
    """The kinds one after another; one of which nothing is there is told. Raises ConfigError."""
    if not settings.root.is_dir():
        raise ConfigError(f"--root {settings.root} is no folder: name that of the published labels.")
    for kind in (one for one in _DRAFTS if one in settings.kinds):
        count = 0
        for draft in _DRAFTS[kind]:
            for drafted in draft(settings, ledger):
                count += 1
                yield drafted
        if not count:
            ledger.say(f"{kind} is left out: its labels, or the images that they name, are not there.")


builder = Builder[ThermevalSettings](
    name="thermeval",
    help="ThermEval's seven kinds of questions, from its published labels and images",
    description="Reads ThermEval's files of labels with the images that they name, and makes questions of "
    "them. Wordings of T1 to T4 and T7 are irloom's own; T5 and T6 ask as published, without the form of "
    "the answer.",
    config=ThermevalSettings,
    build=build,
    published={
        "T1-modality": 10_000,
        "T2-colour-maps": 10_000,
        "T3-people-flir": 10_000,
        "T3-people-llvip": 10_000,
        "T5-two": 2_277,
        "T5-order": 381,
        "T6-coordinates": 2_400,
        "T6-marker": 2_400,
        "T6-region": 13_010,
        "T7-distance": 1_454,
    },
    about="Questions after ThermEval (arXiv 2602.14989), of its published labels: what kind of camera, how "
    "many people, what a colour bar says, what is hotter, and how warm a point or a part of a person is.",
    limits=(
        "ThermEval states no licence; FLIR ADAS and LLVIP have terms of their own.",
        "Pictures are drawn by irloom: scores are close to published ones in kind, and not the same.",
        "Regions and parts of persons are labelled without their outlines: only that a label lies within the "
        "temperatures of its file is checked.",
    ),
)
