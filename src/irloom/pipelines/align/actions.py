"""What the nodes may do beside asking: bring a picture into the run, or have one drawn."""

import asyncio
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from irloom.agents.context import here
from irloom.alignment import Writing
from irloom.config import Price
from irloom.engine.images import encode_png, hash_source, keep_bytes, read_plain
from irloom.engine.journal import Turn
from irloom.engine.session import Act, Session
from irloom.engine.spending import charge
from irloom.engine.storage import safe_name
from irloom.errors import ModelReplyError
from irloom.paintings import ImagePainter, Painting, PaintingJob
from irloom.pipelines.align.config import name_task
from irloom.pipelines.align.source import Subject
from irloom.pipelines.align.writer import MadeSentence, Writer
from irloom.protocols import Usage
from irloom.records import Fault, Sample
from irloom.sentences import list_sentences
from irloom.sources.texts import PlainText

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Painter:
    """One painter of a run."""

    paints: ImagePainter
    settings: str
    """Digest of everything but text and seed that decides a picture."""
    price: Price | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlignBackends:
    """Who works in a run beside its chat models."""

    painters: Mapping[str, Painter]
    writer: Writer | None
    """None where captioners write."""
    read: Callable[[Path, int | None, int | None], "NDArray[np.uint8]"]
    """Decodes a picture that is no plain one, by its listed width and height; raises SourceError."""


class AlignActions:
    """The actions of one attempt at one sample."""

    def __init__(self, session: Session, sample: Subject, backends: AlignBackends) -> None:
        self._session = session
        self._sample = sample
        self._backends = backends

    async def bring(self) -> tuple[str, str] | Fault:
        """Copy the picture into the run directory, or find the copy unchanged; its path and sha256."""
        sample = self._sample
        assert isinstance(sample, Sample)
        source = self._session.folders.images / sample.image

        async def work(seed: int) -> Turn:
            return {"result": await asyncio.to_thread(self._copy, source, sample)}

        digest = await hash_source(source)
        if isinstance(digest, Fault):
            return digest
        content = {
            "image": digest,
            "size": [sample.width, sample.height],
        }
        return await self._session.act(Act(here("source", "source"), content, work, _read_file))

    async def paint(self, name: str) -> Writing | Fault:
        """Have a picture drawn from the text of the sample, or find the drawn one unchanged."""
        sample, painter = self._sample, self._backends.painters[name]
        assert isinstance(sample, PlainText)
        task = name_task(name)

        async def work(seed: int) -> Turn:
            painting = await _pay(painter, PaintingJob(sample.text, seed))
            image = painting.image
            content = image if isinstance(image, bytes) else await asyncio.to_thread(encode_png, image)
            turn: Turn = {"model": painting.model, "parameters": {"seed": seed, **painting.details}}
            if painting.usage is not None:
                turn["usage"] = charge(painting.usage, painter.price).model_dump()
            return turn | {"result": await asyncio.to_thread(self._keep, task, content)}

        content = {"painter": painter.paints.name, "settings": painter.settings, "text": sample.text}
        place = here(f"painter:{name}", "paint", task=task)
        kept = await self._session.act(Act(place, content, work, _read_file))
        if isinstance(kept, Fault):
            return kept
        sentences = list_sentences(sample.text)
        return Writing(task=task, group=name, image=kept[0], sha256=kept[1], sentences=sentences)

    def write(self) -> Sequence[MadeSentence]:
        """Sentences that are right and wrong by construction."""
        assert self._backends.writer is not None
        assert isinstance(self._sample, Sample)
        return self._backends.writer.write(self._sample)

    def _copy(self, source: Path, sample: Sample) -> Turn:
        """The file as it is where every reader shows it alike, else its pixels upright and in RGB.

        It is decoded in any case: a file that is cut off must be found before anything is paid for.
        """
        pixels = self._backends.read(source, sample.width, sample.height)
        content, suffix = read_plain(source), source.suffix.lower()
        if content is None:
            content, suffix = encode_png(pixels), ".png"
        return self._write(f"images/seen/{safe_name(sample.id)}{suffix}", content)

    def _keep(self, task: str, content: bytes) -> Turn:
        """A name of this attempt's own: rows of an earlier one may be the last that are committed."""
        attempt = f"-a{self._session.attempt}" if self._session.attempt > 1 else ""
        suffix = ".png" if content.startswith(b"\x89PNG") else ".jpg"
        name = f"{safe_name(self._sample.id)}_{safe_name(task)}{attempt}{suffix}"
        return self._write(f"images/painted/{name}", content)

    def _write(self, name: str, content: bytes) -> Turn:
        keep_bytes(self._session.folders.root, name, content)
        return {"image": name, "sha256": hashlib.sha256(content).hexdigest()}


async def _pay(painter: Painter, job: PaintingJob) -> Painting:
    """Have it drawn, and put on what came and cannot be used what it cost."""
    try:
        return await painter.paints.paint(job)
    except ModelReplyError as error:
        error.usage = charge(Usage.model_validate(error.usage), painter.price).model_dump()
        raise


def _read_file(turn: Turn) -> tuple[str, str]:
    return str(turn["result"]["image"]), str(turn["result"]["sha256"])
