"""What the nodes of the infrared flow may do beside asking: translate and score."""

import asyncio
import hashlib
import io
import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from irloom.agents.caption.candidates import list_forbidden
from irloom.agents.caption.state import Unfinished
from irloom.agents.context import here
from irloom.agents.witness.state import Evidence
from irloom.backends.offline.chat.filter import Refusal, edit_caption
from irloom.engine.batcher import Batcher
from irloom.engine.images import encode_png, hash_source, keep_bytes
from irloom.engine.journal import Turn
from irloom.engine.keys import digest_boxes
from irloom.engine.session import Act, Session, result_as
from irloom.engine.storage import safe_name
from irloom.errors import ScoringError, TranslationError
from irloom.lexicon import Lexicon
from irloom.pictures import open_picture
from irloom.pipelines.infrared.visible import bring_visible
from irloom.pipelines.infrared.warmth import AS_THEY_ARE, Greys, tell_heat
from irloom.protocols import Scores, ScoringJob, Translation, TranslationJob
from irloom.records import Category, Fault, Infrared, Sample
from irloom.scene.heat import Shows


@dataclass(frozen=True, slots=True, kw_only=True)
class InfraredBackends:
    """The translator and the scorer of a run, which work on batches."""

    translator: str
    translations: Batcher[TranslationJob, Translation]
    translation_settings: str
    """Digest of everything but image and boxes that decides a translation; likewise for scores."""
    scorer: str
    scores: Batcher[ScoringJob, Scores] | None
    """None where captions are scored by asking a chat model."""
    scoring_settings: str
    lexicon: Lexicon
    annotated: frozenset[str] = frozenset()
    """Labels that the file of boxes knows: one that an annotated image lacks is absent from it."""
    greys: Greys = AS_THEY_ARE
    """How the greys of infrared pictures are to be read, where no temperatures are known."""
    follow_links: bool = False
    """Copy images that are links to files outside of their folder."""


class InfraredActions:
    """The actions of one attempt at one sample."""

    def __init__(self, session: Session, sample: Sample, backends: InfraredBackends) -> None:
        self._session = session
        self._sample = sample
        self._backends = backends
        self._boxes = digest_boxes(sample.boxes)
        self.lexicon = backends.lexicon
        self.annotated = backends.annotated

    @property
    def shows(self) -> Shows:
        """What may be said of its infrared picture."""
        return "tones" if self._read_greys().scale == "tones" else "heat"

    async def show(self, infrared: Infrared) -> Evidence | Fault:
        """Nothing: the captions of COCO's images came with them."""
        raise AssertionError("only samples of a set may lack captions")

    async def translate(self) -> Infrared | Fault:
        """Make this sample's infrared image, or find the recorded one if its bytes are unchanged."""
        sample, backends = self._sample, self._backends
        source = await self._find_source()
        if isinstance(source, Fault):
            return source

        async def work(seed: int) -> Turn:
            job = TranslationJob(source, sample.boxes, seed, sample.width, sample.height)
            made = await backends.translations.run(job)
            kept = await asyncio.to_thread(self._keep, made)
            return {"model": backends.translator, "parameters": {"seed": seed}, "result": kept.model_dump()}

        digest = await hash_source(source)
        if isinstance(digest, Fault):
            return digest
        content = {
            "translator": backends.translator,
            "settings": backends.translation_settings,
            "image": digest,
            "boxes": self._boxes,
        }
        place = here("caption", "translate")
        made = await self._session.act(Act(place, content, work, result_as(Infrared)))
        return made if isinstance(made, Fault) else await asyncio.to_thread(self._add_heat, made)

    async def bring_visible(self) -> str | Fault:
        """Copy the visible image into the run directory, or find the copy; returns its path there."""
        return await bring_visible(self._session, self._sample, self._backends.follow_links)

    def finish(self, text: str, rules: Sequence[str]) -> str | Unfinished:
        """Edit a caption by rule, without a model, or say why not."""
        return finish_caption(text, self.lexicon, list_forbidden(rules, self.lexicon))

    async def score(self, caption: int, image: str, texts: Sequence[str]) -> tuple[float, ...] | Fault:
        """Score texts against an image of the run directory."""
        backends, path = self._backends, self._session.folders.root / image

        async def work(seed: int) -> Turn:
            assert backends.scores is not None, "a chat model is asked instead"
            job = ScoringJob(path, tuple(texts), self._sample.boxes, self.annotated)
            scores = await backends.scores.run(job)
            if len(scores.values) != len(texts) or not all(map(math.isfinite, scores.values)):
                raise ScoringError(f"{len(texts)} texts were given these scores: {scores.values}")
            return {"model": backends.scorer, "scores": scores.values, **scores.details}

        content = {
            "scorer": backends.scorer,
            "settings": backends.scoring_settings,
            "image": self._session.hash_of(image),
            "texts": list(texts),
            "boxes": self._boxes,
        }
        place = here("caption", "score", node="score", caption=caption)
        return await self._session.act(Act(place, content, work, lambda turn: tuple(turn["scores"])))

    async def _find_source(self) -> Path | Fault:
        """The visible picture that is translated."""
        return self._session.folders.images / self._sample.image

    def _keep(self, made: Translation) -> Infrared:
        """Write a translation to `images/`; given files keep their bytes."""
        from irloom.backends.meters.picture_hash import hash_picture  # it brings SciPy

        if isinstance(made.image, Path):
            content, suffix = _read_given(made.image), made.image.suffix.lower()
        else:
            content, suffix = encode_png(made.image), ".png"
        name = f"images/{safe_name(self._sample.id)}{suffix}"
        keep_bytes(self._session.folders.root, name, content)
        details = dict(made.details)
        if made.original is not None:
            details |= self._keep_original(made.original)
        with _show(made, content) as picture:
            (width, height), phash = picture.size, hash_picture(picture)
        return Infrared(
            image=name,
            sha256=hashlib.sha256(content).hexdigest(),
            phash=f"{phash:016x}",
            width=width,
            height=height,
            objects=made.objects,
            made_by=self._backends.translator,
            details=details,
        )

    def _add_heat(self, made: Infrared) -> Infrared:
        """Say what is warm and cool; of a recorded translation too, whenever it was made."""
        heat = tell_heat(made, self._sample.boxes, self._session.folders.root, self._read_greys())
        return made.model_copy(update={"heat": heat})

    def _read_greys(self) -> Greys:
        """How the greys of a picture without temperatures are to be read."""
        return self._backends.greys

    def _keep_original(self, path: Path) -> dict[str, str]:
        """Copy the file that a picture was made from beside it, and say where it is."""
        name, content = f"originals/{safe_name(self._sample.id)}{path.suffix.lower()}", _read_given(path)
        keep_bytes(self._session.folders.root, name, content)
        return {"original": name, "original_sha256": hashlib.sha256(content).hexdigest()}


def finish_caption(text: str, lexicon: Lexicon, forbidden: Collection[Category]) -> str | Unfinished:
    """What the rule engine makes of a caption."""
    edited = edit_caption(text, lexicon, forbidden)
    return Unfinished(edited.reason) if isinstance(edited, Refusal) else edited


def _show(made: Translation, content: bytes) -> Image.Image:
    """The picture as it was kept; one that was made need not be decoded."""
    if isinstance(made.image, Path):
        return open_picture(io.BytesIO(content))
    return Image.fromarray(made.image)


def _read_given(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise TranslationError(f"{path} can no longer be read: {error.strerror or error}") from error
