"""What nodes may do for a sample of a set: take its own infrared picture, and show what captions are of."""

import asyncio
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from irloom.agents.context import here
from irloom.agents.witness.state import Evidence
from irloom.engine.images import hash_source, keep_bytes
from irloom.engine.journal import Turn
from irloom.engine.session import Act, Session, result_as
from irloom.engine.storage import safe_name
from irloom.errors import SourceError
from irloom.inside import refuse_outside
from irloom.pipelines.infrared.actions import InfraredActions, InfraredBackends
from irloom.pipelines.infrared.measuring import measure_objects
from irloom.pipelines.infrared.set_samples import SetSample
from irloom.pipelines.infrared.set_settings import Sight
from irloom.pipelines.infrared.visible import bring_visible
from irloom.pipelines.infrared.warmth import Greys, read_greys
from irloom.pipelines.visible_maker import VisibleMaker
from irloom.protocols import ImageTranslator, Translation, TranslationJob
from irloom.records import Fault, Infrared, MeasuredObject
from irloom.scene.heat import Shows
from irloom.sources.sets.pictures import has_border
from irloom.thermal.settings import ThermalSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class SetTools:
    """What beside a run's backends works on the samples of a set."""

    given: ImageTranslator
    """Takes infrared pictures as they are."""
    translates: bool
    """Whether infrared pictures are made of visible ones."""
    thermal: ThermalSettings
    sees: Sight
    is_blind: bool
    """Whether captions are written by who sees nothing."""
    maker: VisibleMaker | None = None


class SetActions(InfraredActions):
    """The actions of one attempt at one sample of a set."""

    def __init__(
        self, session: Session, sample: SetSample, backends: InfraredBackends, tools: SetTools
    ) -> None:
        super().__init__(session, sample, backends)
        self._of_a_set = sample
        self._tools = tools
        if not sample.tells_absence:
            self.annotated = frozenset()

    @property
    def shows(self) -> Shows:
        """What may be said of its infrared picture."""
        return self._of_a_set.shows

    async def translate(self) -> Infrared | Fault:
        """Take its infrared picture with what is measured of it, or have one made of the visible one."""
        sample = self._of_a_set
        if sample.infrared is not None:
            return await self._take(sample.infrared)
        if not self._tools.translates:
            return _blame(
                f"{sample.image} has no infrared picture, and others of the set have one: add it, or give "
                "--pictures visible to translate the visible ones of all"
            )
        return await super().translate()

    async def bring_visible(self) -> str | Fault:
        """Copy its visible picture into the run; a fault where it has none."""
        if self._of_a_set.visible is None:
            return Fault(
                stage="verify",
                error=SourceError.__name__,
                message=f"{self._of_a_set.image} has no visible picture: give --verify-on infrared",
            )
        return await super().bring_visible()

    async def show(self, infrared: Infrared) -> Evidence | Fault:
        """The pictures that the captioner is shown, by the run's settings and by what there is."""
        sample, sees = self._of_a_set, self._tools.sees
        if self._tools.is_blind:
            return Evidence("boxes")
        if sees == "translated" and sample.visible is None:
            imagined = await self._imagine(infrared)
            pictures = (infrared.image, imagined) if isinstance(imagined, str) else ()
            return Evidence("translated", pictures) if isinstance(imagined, str) else imagined
        if sees == "infrared" or (sees == "all" and sample.visible is None):
            return Evidence("infrared", (infrared.image,))
        if sample.visible is None:
            return _blame(
                f"{sample.image} has no visible picture, and the captioner is to see that one: give "
                "--captioner-sees all or infrared",
                "caption",
            )
        links = self._backends.follow_links
        visible = await bring_visible(self._session, sample, links, here("captioner", "caption"))
        if isinstance(visible, Fault):
            return visible
        if sees == "visible" or sample.infrared is None:
            return Evidence("visible", (visible,))
        return Evidence("pair", (visible, infrared.image))

    async def _find_source(self) -> Path | Fault:
        """The visible picture; where it has a border, what is left of it in the run."""
        if self._of_a_set.crop is None:
            return await super()._find_source()
        links = self._backends.follow_links
        visible = await bring_visible(self._session, self._of_a_set, links, here("caption", "translate"))
        return visible if isinstance(visible, Fault) else self._session.folders.root / visible

    def _read_greys(self) -> Greys:
        if self._of_a_set.infrared is None:
            return super()._read_greys()
        return read_greys(self._of_a_set.band, self._of_a_set.polarity)

    async def _take(self, name: str) -> Infrared | Fault:
        sample, root = self._of_a_set, self._session.folders.images
        temperatures = None if sample.temperatures is None else root / sample.temperatures

        async def work(seed: int) -> Turn:
            kept = await asyncio.to_thread(self._take_file, root / name, temperatures, seed)
            return {"model": self._tools.given.name, "result": kept.model_dump()}

        digest = await hash_source(root / name)
        if isinstance(digest, Fault):
            return digest
        content: dict[str, Any] = {
            "image": digest,
            "boxes": self._boxes,
            "size": [sample.width, sample.height],
            "crop": sample.crop,
        }
        if temperatures is not None:
            measured = await hash_source(temperatures)
            if isinstance(measured, Fault):
                return measured
            content["temperatures"] = measured
            content["thermal"] = self._tools.thermal.model_dump()
        act = Act(here("caption", "translate"), content, work, result_as(Infrared))
        made = await self._session.act(act)
        return made if isinstance(made, Fault) else await asyncio.to_thread(self._add_heat, made)

    def _take_file(self, path: Path, temperatures: Path | None, seed: int) -> Infrared:
        """Keep a picture, and measure it. Raises SourceError."""
        sample = self._of_a_set
        if sample.crop is not None:
            refuse_outside(path, self._session.folders.images, self._backends.follow_links)
            kept = self._keep(Translation(_cut(path, sample.crop), details={"given": path.name}))
        else:
            job = TranslationJob(path, sample.boxes, seed, sample.width, sample.height)
            (found,) = self._tools.given.translate([job])
            if not isinstance(found, Translation):
                raise found
            kept = self._keep(found)
        kept = kept.model_copy(update={"made_by": self._tools.given.name})
        if temperatures is None:
            return kept
        measured, about = self._measure(temperatures, (kept.width, kept.height))
        details = {**kept.details, "measured_from": {"file": sample.temperatures, **about}}
        return kept.model_copy(update={"measured": measured, "details": details})

    def _measure(
        self, path: Path, size: tuple[int, int]
    ) -> tuple[tuple[MeasuredObject, ...], dict[str, Any]]:
        from irloom.thermal.files import read_thermogram  # only who has such files waits for NumPy

        if self._of_a_set.crop is not None:
            raise SourceError(f"{path} has temperatures, and its picture is cut: no pixel fits the other")
        thermogram = read_thermogram(path, self._tools.thermal)
        rows, columns = thermogram.kelvin.shape
        about = {"form": thermogram.form, "width": columns, "height": rows, "camera": dict(thermogram.camera)}
        return measure_objects(self._of_a_set.boxes, thermogram, size), about

    async def _imagine(self, infrared: Infrared) -> str | Fault:
        """The infrared picture as an image editor imagines it in visible light, kept in the run."""
        maker = self._tools.maker
        assert maker is not None, "the configuration refuses this way without an editor"
        session = self._session
        content = {
            "editor": maker.name,
            "settings": maker.settings,
            "image": session.hash_of(infrared.image),
            "prompt": maker.prompt,
            "seed": maker.seed,
        }

        async def work(seed: int) -> Turn:
            made = await maker.make(session.folders.root / infrared.image)
            name = f"images/imagined/{safe_name(self._of_a_set.id)}.png"
            await asyncio.to_thread(keep_bytes, session.folders.root, name, made)
            kept = {"image": name, "sha256": hashlib.sha256(made).hexdigest()}
            return {"model": maker.name, "parameters": {"seed": maker.seed}, "result": kept}

        act = Act(here("captioner", "caption"), content, work, lambda turn: str(turn["result"]["image"]))
        return await session.act(act)


def _cut(path: Path, crop: tuple[int, int, int, int]) -> Any:
    """What is left of a picture inside its border, where it has one; raises SourceError."""
    from irloom.backends.images import load_rgb

    left, top, right, bottom = crop
    pixels = load_rgb(path, _MAX_PIXELS)
    if has_border((pixels.shape[1], pixels.shape[0]), crop):
        pixels = pixels[top:bottom, left:right]
    return pixels[..., 0] if (pixels == pixels[..., :1]).all() else pixels


_MAX_PIXELS = 100_000_000


def _blame(said: str, stage: str = "translate") -> Fault:
    return Fault(stage=stage, error=SourceError.__name__, message=said)
