"""What rows say of where a sample's pictures and captions come from, and which prompts were used of it."""

from dataclasses import dataclass, replace
from typing import Literal

from irloom.options import RadiometricOptions
from irloom.pipelines.infrared.config import InfraredConfig
from irloom.pipelines.infrared.set_samples import SetSample, choose_shows, name_origin
from irloom.pipelines.provenance import Line, SampleProvenance
from irloom.records import Sample
from irloom.scene.heat import Shows

TONES, BLACK_HOT = "tones", "black_hot"
"""Folders of the prompts for pictures that show no heat, and for those in which dark is warm."""


Wording = Literal["tones", "black_hot"]
"""A folder of prompts that take the place of their namesakes."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Of one sample."""

    row: Line
    """Columns of every row that has words; none for COCO's images with nothing said of the camera."""
    set_row: Line
    """Columns of a row without words."""
    wording: Wording | None
    """Prompts that are used instead; None for those of a picture in which bright is warm."""
    is_written: bool
    """Whether a captioner worked."""

    @classmethod
    def of(cls, sample: Sample, config: InfraredConfig) -> "Origin":
        """Read it off the sample and the settings."""
        if isinstance(sample, SetSample):
            captions = name_origin(sample, config.writes_blindly)
            row = sample.describe() | {"shows": sample.shows}
            is_dark = is_made_dark(config) if sample.infrared is None else sample.polarity == "black_hot"
            wording = choose_wording(sample.shows, is_dark)
            return cls({"captions_from": captions, **row}, row, wording, captions != "given")
        if config.band is None and config.polarity is None:
            return cls({}, {}, choose_wording("heat", config.translates and is_made_dark(config)), False)
        band, polarity = config.band or "thermal", config.polarity or "unknown"
        shows = choose_shows(band, polarity)
        told: Line = {"band": band, "polarity": polarity, "shows": shows}
        return cls(told, told, choose_wording(shows, polarity == "black_hot"), False)

    def tell_prompts(self, provenance: SampleProvenance) -> SampleProvenance:
        """The provenance with the prompts and models that worked on this sample."""
        run = provenance.run
        prompts = dict(run.prompts)
        own = {name: prompts.get(f"{self.wording}.{name}", prompts[name]) for name in prompts}
        models = dict(run.models)
        if not self.is_written:
            own.pop("captioner", None)
            models.pop("captioner", None)
        return replace(provenance, run=replace(run, prompts=own, models=models))


def is_made_dark(config: InfraredConfig) -> bool:
    """Whether the translator paints what is warm dark."""
    return isinstance(config.translator, RadiometricOptions) and config.translator.palette == "black_hot"


def choose_wording(shows: Shows, is_dark: bool) -> Wording | None:
    """Of a picture that shows heat, dark where it is warm or else bright; or that shows none."""
    if shows == "tones":
        return "tones"
    return "black_hot" if is_dark else None
