"""What the nodes of the CIR flow may do beside asking: bring the seed into the run, and have it edited."""

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from irloom.agents.context import here
from irloom.edits import WHOLE_IMAGE, Brought, Declined, EditedImage, Region, Step
from irloom.engine.batcher import Batcher
from irloom.engine.images import encode_png, hash_source, keep_bytes, read_plain
from irloom.engine.journal import Turn
from irloom.engine.keys import digest_boxes
from irloom.engine.session import Act, Session, result_as
from irloom.engine.storage import safe_name
from irloom.protocols import Edit, EditJob, EditMeter, MeasuringJob
from irloom.records import Fault, Sample

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_EFFORT = 1
"""Of PNG: a photograph grows by 7 % over effort 6, in a third of the time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EditBackends:
    """The image editor of a run, which works on batches, and what measures its work."""

    editor: str
    edits: Batcher[EditJob, Edit | Declined]
    editing_settings: str
    """Digest of everything but image, boxes and steps that decides an edit."""
    meter: EditMeter
    read: Callable[[Path, int | None, int | None], "NDArray[np.uint8]"]
    """Decodes a seed that is no plain RGB picture, by its annotated width and height; raises SourceError."""


class EditActions:
    """The actions of one attempt at one seed image."""

    def __init__(self, session: Session, sample: Sample, backends: EditBackends) -> None:
        self._session = session
        self._sample = sample
        self._backends = backends
        self._boxes = digest_boxes(sample.boxes)

    async def bring(self) -> Brought | Fault:
        """Copy the seed into the run directory, or find the copy unchanged."""
        source = self._session.folders.images / self._sample.image

        async def work(seed: int) -> Turn:
            return {"result": await asyncio.to_thread(self._copy, source)}

        digest = await hash_source(source)
        if isinstance(digest, Fault):
            return digest
        content = {
            "image": digest,
            "size": [self._sample.width, self._sample.height],
        }
        return await self._session.act(Act(here("editor", "source"), content, work, result_as(Brought)))

    async def edit(
        self, task: str, round: int, image: str, steps: tuple[Step, ...]
    ) -> EditedImage | Declined | Fault:
        """Edit and measure, or find the recorded picture unchanged."""
        backends = self._backends

        async def work(seed: int) -> Turn:
            job = self._describe_job(image, steps, seed)
            made = await backends.edits.run(job)
            turn: Turn = {"model": backends.editor, "parameters": {"seed": seed}}
            if isinstance(made, Declined):
                return turn | {"declined": made.reason}
            kept = await asyncio.to_thread(self._keep, self._name_file(task, round), job, made)
            return turn | {"result": kept.model_dump()}

        content = {
            "editor": backends.editor,
            "settings": backends.editing_settings,
            "image": self._session.hash_of(image),
            "boxes": self._boxes,
            "steps": [step.model_dump() for step in steps],
        }
        place = here("editor", "edit", task=task, round=round)
        return await self._session.act(Act(place, content, work, _read_edit))

    def _copy(self, source: Path) -> Turn:
        """The file as it is where every reader shows it alike, else its pixels upright and in RGB.

        It is decoded in any case: a file that is cut off must be found before anything is paid for.
        """
        pixels = self._backends.read(source, self._sample.width, self._sample.height)
        content, suffix = read_plain(source), source.suffix.lower()
        if content is None:
            content, suffix = encode_png(pixels), ".png"
        name = f"images/seeds/{safe_name(self._sample.id)}{suffix}"
        keep_bytes(self._session.folders.root, name, content)
        return {"image": name, "sha256": hashlib.sha256(content).hexdigest()}

    def _name_file(self, task: str, round: int) -> str:
        """A name of this attempt's own: rows of an earlier one may be the last that are committed."""
        attempt = f"-a{self._session.attempt}" if self._session.attempt > 1 else ""
        return f"{safe_name(self._sample.id)}_{task.rpartition('.')[2]}-r{round}{attempt}"

    def _describe_job(self, image: str, steps: tuple[Step, ...], seed: int) -> EditJob:
        """The job; the copy in the run lies upright, so that the annotations' size fits it."""
        prompt = " ".join(step.instruction for step in steps)
        sample = self._sample
        path = self._session.folders.root / image
        return EditJob(path, prompt, seed, sample.width, sample.height, steps, sample.boxes)

    def _keep(self, stem: str, job: EditJob, made: Edit) -> EditedImage:
        regions = self._expect_change(job.steps, made)
        measured = self._backends.meter.measure(
            MeasuringJob(job.image, made.image, regions, job.width, job.height)
        )
        content = encode_png(made.image, _EFFORT)
        name = f"images/edits/{stem}.png"
        keep_bytes(self._session.folders.root, name, content)
        height, width = made.image.shape[:2]
        return EditedImage(
            image=name,
            sha256=hashlib.sha256(content).hexdigest(),
            width=width,
            height=height,
            measured=measured,
            made_by=self._backends.editor,
            details=made.details,
        )

    def _expect_change(self, steps: tuple[Step, ...], made: Edit) -> tuple[Region, ...]:
        """Where something may change: at the targets and where the editor went; empty for anywhere."""
        if any(step.subcategory in WHOLE_IMAGE for step in steps):
            return ()
        regions = [self._locate(step) for step in steps]
        if None in regions and not made.regions:
            return ()
        return (*(region for region in regions if region is not None), *made.regions)

    def _locate(self, step: Step) -> Region | None:
        if step.target is None:
            return step.region
        box = self._sample.boxes[step.target - 1]
        return (box.x1, box.y1, box.x2, box.y2)


def _read_edit(turn: Turn) -> EditedImage | Declined:
    if "declined" in turn:
        return Declined(reason=turn["declined"])
    return EditedImage.model_validate(turn["result"])
