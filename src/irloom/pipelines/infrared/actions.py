"""What the agents of the infrared flow may do beside asking: translate and score."""

import asyncio
import math
from collections.abc import Sequence
from functools import cached_property

from irloom.engine.images import hash_file, keep_image
from irloom.engine.journal import Turn
from irloom.engine.keys import digest_boxes
from irloom.engine.models import InfraredModels
from irloom.engine.session import Session
from irloom.engine.storage import safe_name
from irloom.engine.turns import fault_at, has_no_error
from irloom.errors import ScoringError
from irloom.protocols import Place, ScoringJob, TranslationJob
from irloom.records import Fault, Infrared, Sample

_TRANSLATE = Place("caption", "translate", "translate")


class InfraredCalls(Session[Sample, InfraredModels]):
    """The `Calls` of one attempt at one sample."""

    @cached_property
    def _boxes(self) -> str:
        return digest_boxes(self._sample.boxes)

    async def translate(self) -> Infrared | Fault:
        """Make this sample's infrared image, or find the recorded one if its bytes are unchanged."""
        source = self._folders.images / self._sample.image
        call = self.call(_TRANSLATE)
        content = {
            "translator": self._models.translator,
            "settings": self._models.translation_settings,
            "image": await asyncio.to_thread(hash_file, source),
            "boxes": self._boxes,
        }

        async def send() -> Turn:
            boxes = self._sample.boxes
            job = TranslationJob(source, boxes, call.seed(), self._sample.width, self._sample.height)
            made = await self._models.translations.run(job)
            kept = await asyncio.to_thread(
                keep_image, self._folders.root, safe_name(self._sample.id), made, self._models.translator
            )
            return {
                "model": self._models.translator,
                "parameters": {"seed": job.seed},
                "result": kept.model_dump(),
            }

        turn = await self.recall_or_send(call, content, send, self.holds_files)
        if "error" in turn:
            return fault_at(_TRANSLATE, turn["error"], turn["message"])
        infrared = Infrared.model_validate(turn["result"])
        self._hashes[infrared.image] = infrared.sha256
        return infrared

    async def score(self, caption: int, image: str, texts: Sequence[str]) -> tuple[float, ...] | Fault:
        """Score texts against an image of the run directory."""
        scorer = self._models.scores
        assert scorer is not None, "a chat model is asked instead"
        place = Place("caption", "score", "score", caption=caption)
        content = {
            "scorer": self._models.scorer,
            "settings": self._models.scoring_settings,
            "image": self._hashes[image],
            "texts": list(texts),
            "boxes": self._boxes,
        }

        async def send() -> Turn:
            job = ScoringJob(self._folders.root / image, tuple(texts), self._sample.boxes)
            scores = await scorer.run(job)
            if len(scores.values) != len(texts) or not all(map(math.isfinite, scores.values)):
                raise ScoringError(f"{len(texts)} texts were given these scores: {scores.values}")
            return {"model": self._models.scorer, "scores": scores.values, **scores.details}

        turn = await self.recall_or_send(self.call(place), content, send, has_no_error)
        return fault_at(place, turn["error"], turn["message"]) if "error" in turn else tuple(turn["scores"])
