"""What the agents of the ImgCoder flow may do beside asking: have a script drawn in the sandbox."""

import asyncio
import hashlib

from irloom.drawings import Drawing, DrawingFault, DrawingJob
from irloom.engine.images import keep_bytes
from irloom.engine.journal import Turn
from irloom.engine.models import FigureModels
from irloom.engine.session import Session
from irloom.engine.storage import safe_name
from irloom.engine.turns import fault_at
from irloom.figures import Failure, Picture, Problem
from irloom.protocols import Place
from irloom.records import Fault


class FigureCalls(Session[Problem, FigureModels]):
    """The `FigureCalls` of one attempt at one problem."""

    async def draw(self, round: int, code: str) -> Picture | Failure | Fault:
        """Run a script in the sandbox and keep its picture, or find the recorded one unchanged."""
        place = Place("coder", "draw", "draw", round=round)
        call = self.call(place)
        limits = self._models.limits
        content = {"code": code, "wall_s": limits.wall_s, "memory_mib": limits.memory_mib}
        job = DrawingJob(code, call.seed(), limits.wall_s, limits.cpu_s, limits.memory_mib)

        async def send() -> Turn:
            drawn = await self._models.runner.draw(job)
            return {"model": f"sandbox {self._models.runner.level}", **await self._keep(round, drawn)}

        turn = await self.recall_or_send(call, content, send, _is_settled)
        if "error" in turn:
            return fault_at(place, turn["error"], turn["message"])
        if "failure" in turn:
            return Failure.model_validate(turn["failure"])
        picture = Picture.model_validate(turn["result"])
        self._hashes[picture.image] = picture.sha256
        return picture

    def files_of(self, turn: Turn) -> dict[str, str]:
        """The picture as PNG, and as SVG where there is one."""
        files = super().files_of(turn)
        if files and turn["result"]["svg"]:
            files[turn["result"]["svg"]] = turn["result"]["svg_sha256"]
        return files

    async def _keep(self, round: int, drawn: Drawing | DrawingFault) -> Turn:
        if isinstance(drawn, DrawingFault):
            return {"failure": Failure(reason=drawn.reason, log=drawn.log).model_dump()}
        stem = f"images/{safe_name(self._sample.id)}-{round}"
        await asyncio.to_thread(keep_bytes, self._folders.root, f"{stem}.png", drawn.png)
        if drawn.svg is not None:
            await asyncio.to_thread(keep_bytes, self._folders.root, f"{stem}.svg", drawn.svg)
        picture = Picture(
            image=f"{stem}.png",
            sha256=hashlib.sha256(drawn.png).hexdigest(),
            svg=f"{stem}.svg" if drawn.svg is not None else None,
            svg_sha256=hashlib.sha256(drawn.svg).hexdigest() if drawn.svg is not None else None,
            width=drawn.width,
            height=drawn.height,
            texts=tuple(text for text in drawn.texts if text.visible or text.clipped),
            log=drawn.log,
            drawing_ms=_round_ms(drawn.drawing_ms),
        )
        return {"result": picture.model_dump()}


def _is_settled(turn: Turn) -> bool:
    """Whether a recorded run of an earlier attempt need not be repeated: a script does what it did."""
    return "error" not in turn


def _round_ms(value: float) -> float:
    """Milliseconds to a tenth."""
    return float(f"{value:.1f}")
