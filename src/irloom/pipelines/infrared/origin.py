"""What rows say of where a sample's pictures and captions come from, and which prompts were used of it."""

from dataclasses import dataclass, replace

from irloom.pipelines.infrared.config import InfraredConfig
from irloom.pipelines.infrared.set_samples import SetSample, choose_shows, name_origin
from irloom.pipelines.provenance import Line, SampleProvenance
from irloom.records import Sample
from irloom.scene.heat import Shows

TONES = "tones"
"""Folder of the prompts for pictures that show no heat."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Of one sample."""

    row: Line
    """Columns of every row that has words; none for COCO's images with nothing said of the camera."""
    set_row: Line
    """Columns of a row without words."""
    shows: Shows
    is_written: bool
    """Whether a captioner worked."""

    @classmethod
    def of(cls, sample: Sample, config: InfraredConfig) -> "Origin":
        """Read it off the sample and the settings."""
        if isinstance(sample, SetSample):
            captions = name_origin(sample, config.writes_blindly)
            row = sample.describe() | {"shows": sample.shows}
            return cls({"captions_from": captions, **row}, row, sample.shows, captions != "given")
        if config.band is None and config.polarity is None:
            return cls({}, {}, "heat", False)
        band, polarity = config.band or "thermal", config.polarity or "unknown"
        shows = choose_shows(band, polarity)
        told: Line = {"band": band, "polarity": polarity, "shows": shows}
        return cls(told, told, shows, False)

    def tell_prompts(self, provenance: SampleProvenance) -> SampleProvenance:
        """The provenance with the prompts and models that worked on this sample."""
        run = provenance.run
        prompts = dict(run.prompts)
        if self.shows == "tones":
            own = {name: prompts[f"{TONES}.{name}"] for name in prompts if f"{TONES}.{name}" in prompts}
            prompts |= own
        models = dict(run.models)
        if not self.is_written:
            prompts.pop("captioner", None)
            models.pop("captioner", None)
        return replace(provenance, run=replace(run, prompts=prompts, models=models))
