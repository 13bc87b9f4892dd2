"""Samples of a published set: one visible picture, one infrared, or both, often without captions."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal

from irloom.pipelines.infrared.measuring import holds_temperatures
from irloom.records import Sample
from irloom.scene.heat import Shows
from irloom.sources.sets.record import Band, PairFigures, Polarity, SetImage, SetReader
from irloom.thermal.settings import ThermalSettings

CaptionsFrom = Literal["given", "captioner", "boxes"]
"""Came with the set, written by a chat model that looked, or worded by rule from the boxes."""

_PROBED = 20
"""Images that are looked at for what is told before a run."""


class SetSample(Sample):
    """A sample that may have an infrared picture of its own; `image` is what its rows call their source."""

    visible: str | None = None
    infrared: str | None = None
    """Paths relative to the root of the set."""
    temperatures: str | None = None
    """The file with a temperature a pixel; often the infrared one."""
    crop: tuple[int, int, int, int] | None = None
    """What is cut out of each picture, in its pixels."""
    band: Band = "thermal"
    polarity: Polarity = "unknown"
    tells_absence: bool = True
    """Whether a label without a box is not there: no part of it was left unannotated."""
    part: str | None = None
    sequence: str | None = None
    scene: Mapping[str, str] = {}
    pair: PairFigures | None = None

    @property
    def shows(self) -> Shows:
        """Heat where its picture is made, measured or of known polarity; else bright and dark alone."""
        if self.infrared is None or self.temperatures is not None:
            return "heat"
        return choose_shows(self.band, self.polarity)

    def describe(self) -> dict[str, object]:
        """What every row of it says beside its credit; a translator's picture has no camera's polarity."""
        pair = None if self.pair is None else self.pair.model_dump()
        is_made = self.infrared is None
        return {
            "infrared": self.infrared,
            "band": "thermal" if is_made else self.band,
            "polarity": None if is_made else self.polarity,
            "part": self.part,
            "sequence": self.sequence,
            "scene": dict(self.scene),
            **({"pair": pair} if pair else {}),
        }


def choose_shows(band: Band, polarity: Polarity) -> Shows:
    """What may be said of a picture without temperatures."""
    return "heat" if band == "thermal" and polarity != "unknown" else "tones"


class SetSource:
    """The samples of a set."""

    def __init__(self, reader: SetReader, root: Path, thermal: ThermalSettings) -> None:
        self._reader = reader
        self._root = root
        self._thermal = thermal

    @property
    def counts(self) -> Mapping[str, int]:
        """Totals for run.json."""
        return self._reader.counts

    @property
    def notices(self) -> Sequence[str]:
        """What is told before a run begins."""
        return (*self._reader.notices, *self._tell_unmeasured())

    @property
    def digests(self) -> Mapping[str, str]:
        """Of names and annotations."""
        return self._reader.digests

    @property
    def labels(self) -> frozenset[str]:
        """The classes that the set annotates wherever they appear."""
        return self._reader.labels

    def __len__(self) -> int:
        return len(self._reader)

    def list_ids(self) -> Iterator[str]:
        """Every id, in order."""
        return self._reader.list_ids()

    def get(self, sample_id: str) -> SetSample | None:
        """One sample by its id; None where there is none."""
        image = self._reader.get(sample_id)
        return None if image is None else self._as_sample(image)

    def read_some(self, most: int) -> list[SetSample]:
        """Up to so many samples from all over the set."""
        return [self._as_sample(image) for image in self._reader.read_some(most)]

    def close(self) -> None:
        """Let go of the reader."""
        self._reader.close()

    def _as_sample(self, image: SetImage) -> SetSample:
        temperatures = None if image.fault else self._choose_temperatures(image)
        return SetSample(
            id=image.id,
            image=image.visible or image.infrared or "",
            visible=image.visible,
            infrared=image.infrared,
            temperatures=temperatures,
            crop=image.crop,
            width=image.width,
            height=image.height,
            captions=image.captions,
            boxes=image.boxes,
            band=image.band,
            polarity=image.polarity,
            tells_absence=image.annotated and not image.ignored,
            part=image.part,
            sequence=image.sequence,
            scene=image.scene,
            pair=image.pair,
            notes=image.notes,
            licence=image.licence,
            fault=image.fault,
        )

    def _choose_temperatures(self, image: SetImage) -> str | None:
        """The file that is measured: of thermal pictures alone, and where its values can be understood."""
        if image.band != "thermal":
            return None
        for name in filter(None, (image.temperatures, image.infrared)):
            if self._holds(name):
                return name
        return None

    def _tell_unmeasured(self) -> Iterator[str]:
        """Once a run, why pictures with temperatures are told of by their greys."""
        for image in self._reader.read_some(_PROBED):
            name = image.temperatures or image.infrared
            if name is None or image.fault is not None or self._choose_temperatures(image) is not None:
                continue
            if image.band != "thermal" and self._holds(name):
                yield (
                    f"{name} holds temperatures, and with --band {image.band} none are measured: leave "
                    "--band out, or say thermal, to have them measured."
                )
                return
            if image.band == "thermal" and image.temperatures:
                yield (
                    f"{name} and its like hold values whose scale nobody says, so objects are told of by the "
                    "greys of their pictures: set scale and unit under [thermal] of the configuration to "
                    "have them measured."
                )
                return

    def _holds(self, name: str) -> bool:
        return holds_temperatures(self._root / name, self._thermal)


def name_origin(sample: Sample, is_blind: bool) -> CaptionsFrom:
    """Where the captions come from of a sample as it was read."""
    if sample.captions:
        return "given"
    return "boxes" if is_blind else "captioner"
