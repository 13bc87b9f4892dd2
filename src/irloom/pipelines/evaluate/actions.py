"""What the nodes of an evaluation may do beside asking: bring the pictures into the run."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from irloom.agents.context import here
from irloom.engine.images import hash_file
from irloom.engine.journal import Turn
from irloom.engine.session import Act, Session
from irloom.errors import SourceError
from irloom.pipelines.evaluate.benchmark import Benchmark
from irloom.pipelines.evaluate.pictures import Shelf, VisibleFinder, VisibleMaker, fit_picture, name_file
from irloom.pipelines.evaluate.records import Item
from irloom.records import Fault
from irloom.sources.location import Finder


@dataclass(frozen=True, slots=True, kw_only=True)
class Gallery:
    """Where the pictures of a run come from, and where they are kept."""

    shelf: Shelf
    max_side: int | None
    infrared: Finder | None
    """None where no ask shows a picture."""
    visible: VisibleFinder | VisibleMaker | None
    """None where no ask shows a visible-light picture."""


class EvaluationActions:
    """The actions of one attempt at one question."""

    def __init__(self, session: Session, item: Item, gallery: Gallery, benchmark: Benchmark[Any]) -> None:
        self.benchmark = benchmark
        self._session = session
        self._item = item
        self._gallery = gallery

    async def bring(self) -> str | Fault:
        """Keep the infrared picture in the run, in the form in which it is shown."""
        finder = self._gallery.infrared
        assert finder is not None
        try:
            source = await asyncio.to_thread(lambda: finder.find(self._item.image).path)
        except SourceError as error:
            return Fault(stage="source", error=SourceError.__name__, message=str(error))
        return await self._keep("infrared", source)

    async def show(self, infrared: str) -> str | Fault:
        """Keep the visible-light picture in the run: the given one, else one that the editor makes."""
        visible = self._gallery.visible
        if isinstance(visible, VisibleMaker):
            return await self._make(infrared, visible)
        assert visible is not None
        try:
            source = await asyncio.to_thread(visible.find, self._item.image)
        except SourceError as error:
            return Fault(stage="source", error=SourceError.__name__, message=str(error))
        return await self._keep("visible", source)

    async def _keep(self, folder: str, source: Path) -> str | Fault:
        most = self._gallery.max_side
        try:
            digest = await asyncio.to_thread(hash_file, source)
        except OSError as error:
            said = f"{source} cannot be read: {error.strerror or error}"
            return Fault(stage="source", error=SourceError.__name__, message=said)

        async def work(seed: int) -> Turn:
            content, suffix = await asyncio.to_thread(_fit, source, most)
            name = f"{name_file(folder, self._item.image, digest, most)}{suffix}"

            async def make() -> bytes:
                return content

            return {"result": await self._gallery.shelf.keep(name, make)}

        content = {"image": digest, "max_side": most}
        return await self._session.act(Act(here("answerer", "source"), content, work, _read_name))

    async def _make(self, infrared: str, maker: VisibleMaker) -> str | Fault:
        digest, root = self._session.hash_of(infrared), self._session.folders.root
        content = {
            "editor": maker.name,
            "settings": maker.settings,
            "image": digest,
            "prompt": maker.prompt,
            "seed": maker.seed,
        }

        async def work(seed: int) -> Turn:
            name = f"{name_file('visible', self._item.image, sorted(content.items()))}.png"
            kept = await self._gallery.shelf.keep(name, lambda: maker.make(root / infrared))
            return {"model": maker.name, "parameters": {"seed": maker.seed}, "result": kept}

        return await self._session.act(Act(here("editor", "translate"), content, work, _read_name))


def _fit(source: Path, most: int | None) -> tuple[bytes, str]:
    """Decode and fit; an error of the file system is the source's."""
    try:
        return fit_picture(source, most)
    except OSError as error:
        raise SourceError(f"{source} cannot be read: {error.strerror or error}") from error


def _read_name(turn: Turn) -> str:
    return str(turn["result"]["image"])
