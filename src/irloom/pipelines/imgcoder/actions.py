"""What the nodes of the ImgCoder flow may do beside asking: have a script drawn in the sandbox."""

import asyncio
import hashlib

from pydantic import ValidationError

from irloom.agents.context import here
from irloom.drawings import CodeRunner, Drawing, DrawingFault, DrawingJob
from irloom.engine.images import keep_bytes
from irloom.engine.journal import Turn
from irloom.engine.session import Act, Session
from irloom.engine.storage import safe_name
from irloom.figures import Failure, Picture, Problem
from irloom.options import SandboxOptions
from irloom.records import Fault


class FigureActions:
    """The actions of one attempt at one problem."""

    def __init__(
        self, session: Session, problem: Problem, runner: CodeRunner, limits: SandboxOptions
    ) -> None:
        self._session = session
        self._problem = problem
        self._runner = runner
        self._limits = limits

    async def draw(self, round: int, code: str) -> Picture | Failure | Fault:
        """Run a script in the sandbox and keep its picture, or find the recorded one unchanged."""
        limits = self._limits

        async def work(seed: int) -> Turn:
            job = DrawingJob(code, seed, limits.wall_s, limits.cpu_s, limits.memory_mib)
            drawn = await self._runner.draw(job)
            return {"model": f"sandbox {self._runner.level}", **await self._keep(round, drawn)}

        content = {"code": code, "wall_s": limits.wall_s, "memory_mib": limits.memory_mib}
        return await self._session.act(Act(here("coder", "draw", round=round), content, work, _read))

    async def _keep(self, round: int, drawn: Drawing | DrawingFault) -> Turn:
        if isinstance(drawn, DrawingFault):
            return {"failure": Failure(reason=drawn.reason, log=drawn.log).model_dump()}
        stem, root = f"images/{safe_name(self._problem.id)}-{round}", self._session.folders.root
        await asyncio.to_thread(keep_bytes, root, f"{stem}.png", drawn.png)
        if drawn.svg is not None:
            await asyncio.to_thread(keep_bytes, root, f"{stem}.svg", drawn.svg)
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


def _read(turn: Turn) -> Picture | Failure:
    """What was recorded; a report that an older irloom took from a script unbounded is no picture."""
    if "failure" in turn:
        return Failure.model_validate(turn["failure"])
    try:
        return Picture.model_validate(turn["result"])
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        return Failure(
            reason="bad_image", log=f"The recorded picture cannot be used: {where}: {first['msg']}"
        )


def _round_ms(value: float) -> float:
    """Milliseconds to a tenth."""
    return float(f"{value:.1f}")
