"""What the agents of the CIR flow may do beside asking: bring the seed into the run, and have it edited."""

import asyncio
import hashlib
from functools import cached_property
from pathlib import Path

from irloom.edits import WHOLE_IMAGE, Brought, Declined, EditedImage, Region, Step
from irloom.engine.images import encode_png, hash_file, keep_bytes, read_plain
from irloom.engine.journal import Turn
from irloom.engine.keys import digest_boxes
from irloom.engine.models import EditModels
from irloom.engine.session import Session
from irloom.engine.storage import safe_name
from irloom.engine.turns import fault_at
from irloom.protocols import Edit, EditJob, MeasuringJob, Place
from irloom.records import Fault, Sample

_EFFORT = 1
"""Of PNG: a photograph grows by 7 % over effort 6, in a third of the time."""
_BRING = Place("editor", "bring", "source")


class EditCalls(Session[Sample, EditModels]):
    """The `EditCalls` of one attempt at one seed image."""

    @cached_property
    def _boxes(self) -> str:
        return digest_boxes(self._sample.boxes)

    async def bring(self) -> Brought | Fault:
        """Copy the seed into the run directory, or find the copy unchanged."""
        source = self._folders.images / self._sample.image
        content = {
            "image": await asyncio.to_thread(hash_file, source),
            "size": [self._sample.width, self._sample.height],
        }

        async def send() -> Turn:
            return {"result": await asyncio.to_thread(self._copy, source)}

        turn = await self.recall_or_send(self.call(_BRING), content, send, self.holds_files)
        if "error" in turn:
            return fault_at(_BRING, turn["error"], turn["message"])
        seed = Brought.model_validate(turn["result"])
        self._hashes[seed.image] = seed.sha256
        return seed

    def _copy(self, source: Path) -> Turn:
        """The file as it is where every reader shows it alike, else its pixels upright and in RGB.

        It is decoded in any case: a file that is cut off must be found before anything is paid for.
        """
        pixels = self._models.read(source, self._sample.width, self._sample.height)
        content, suffix = read_plain(source), source.suffix.lower()
        if content is None:
            content, suffix = encode_png(pixels), ".png"
        name = f"images/seeds/{safe_name(self._sample.id)}{suffix}"
        keep_bytes(self._folders.root, name, content)
        return {"image": name, "sha256": hashlib.sha256(content).hexdigest()}

    async def edit(
        self, task: str, round: int, image: str, steps: tuple[Step, ...]
    ) -> EditedImage | Declined | Fault:
        """Edit and measure, or find the recorded picture unchanged."""
        place = Place("editor", "edit", "edit", task=task, round=round)
        call = self.call(place)
        content = {
            "editor": self._models.editor,
            "settings": self._models.editing_settings,
            "image": self._hashes[image],
            "boxes": self._boxes,
            "steps": [step.model_dump() for step in steps],
        }

        async def send() -> Turn:
            job = self._describe_job(image, steps, call.seed())
            made = await self._models.edits.run(job)
            turn: Turn = {"model": self._models.editor, "parameters": {"seed": job.seed}}
            if isinstance(made, Declined):
                return turn | {"declined": made.reason}
            kept = await asyncio.to_thread(self._keep, self._name_file(task, round), job, made)
            return turn | {"result": kept.model_dump()}

        turn = await self.recall_or_send(call, content, send, lambda turn: _is_settled(turn, self))
        if "error" in turn:
            return fault_at(place, turn["error"], turn["message"])
        if "declined" in turn:
            return Declined(reason=turn["declined"])
        edited = EditedImage.model_validate(turn["result"])
        self._hashes[edited.image] = edited.sha256
        return edited

    def _name_file(self, task: str, round: int) -> str:
        """A name of this attempt's own: rows of an earlier one may be the last that are committed."""
        attempt = f"-a{self._attempt}" if self._attempt > 1 else ""
        return f"{safe_name(self._sample.id)}_{task.rpartition('.')[2]}-r{round}{attempt}"

    def _describe_job(self, image: str, steps: tuple[Step, ...], seed: int) -> EditJob:
        """The job; the copy in the run lies upright, so that the annotations' size fits it."""
        prompt = " ".join(step.instruction for step in steps)
        sample = self._sample
        path = self._folders.root / image
        return EditJob(path, prompt, seed, sample.width, sample.height, steps, sample.boxes)

    def _keep(self, stem: str, job: EditJob, made: Edit) -> EditedImage:
        regions = self._expect_change(job.steps, made)
        measured = self._models.meter.measure(
            MeasuringJob(job.image, made.image, regions, job.width, job.height)
        )
        content = encode_png(made.image, _EFFORT)
        name = f"images/edits/{stem}.png"
        keep_bytes(self._folders.root, name, content)
        height, width = made.image.shape[:2]
        return EditedImage(
            image=name,
            sha256=hashlib.sha256(content).hexdigest(),
            width=width,
            height=height,
            measured=measured,
            made_by=self._models.editor,
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


def _is_settled(turn: Turn, session: EditCalls) -> bool:
    """Whether a recorded edit of an earlier attempt need not be made again."""
    return "declined" in turn or session.holds_files(turn)
