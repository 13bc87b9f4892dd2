"""What the nodes of an evaluation may do beside asking: bring the pictures into the run."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from irloom.agents.context import here
from irloom.engine.images import hash_source
from irloom.engine.journal import Turn
from irloom.engine.session import Act, Session
from irloom.errors import SourceError
from irloom.pipelines.evaluate.benchmark import Benchmark
from irloom.pipelines.evaluate.pictures import (
    Shelf,
    VisibleFinder,
    fit_picture,
    name_file,
    require_same_size,
)
from irloom.pipelines.evaluate.records import Item
from irloom.pipelines.visible_maker import VisibleMaker
from irloom.records import Fault
from irloom.shots import Shot
from irloom.sources.location import Finder


@dataclass(frozen=True, slots=True, kw_only=True)
class Gallery:
    """Where the pictures of a run come from, and where they are kept."""

    shelf: Shelf
    folder: str
    """Where it keeps those of the user's folder."""
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

    async def bring(self) -> tuple[str, ...] | Fault:
        """Keep the infrared pictures in the run, in the form in which they are shown."""
        if not self._item.images:
            return _blame_source("the question names no image, and an ask of it shows one")
        return await self._keep_each(self._bring)

    async def show(self, infrared: Sequence[str]) -> tuple[str, ...] | Fault:
        """Keep the visible-light pictures in the run: the given ones, else those that the editor makes."""
        visible = self._gallery.visible
        assert visible is not None
        if isinstance(visible, VisibleMaker):
            return await self._keep_each(
                lambda place, shot: self._make(place, shot, infrared[place], visible)
            )
        return await self._keep_each(lambda place, shot: self._show(place, shot, visible))

    async def _keep_each(
        self, keep: Callable[[int, Shot], Awaitable[str | Fault]]
    ) -> tuple[str, ...] | Fault:
        """Every picture of the question, one after another, so that transcripts tell them in order."""
        names: list[str] = []
        for place, shot in enumerate(self._item.images):
            kept = await keep(place, shot)
            if isinstance(kept, Fault):
                return kept
            names.append(kept)
        return tuple(names)

    async def _bring(self, place: int, shot: Shot) -> str | Fault:
        try:
            source = await asyncio.to_thread(self._find_infrared, shot)
        except SourceError as error:
            return _blame_source(str(error))
        return await self._keep(self._gallery.folder, place, shot, source)

    async def _show(self, place: int, shot: Shot, visible: VisibleFinder) -> str | Fault:
        try:
            source, shown = await asyncio.to_thread(visible.find, shot)
            if shown.is_altered:
                await asyncio.to_thread(require_same_size, self._find_infrared(shot), source)
        except SourceError as error:
            return _blame_source(str(error))
        return await self._keep("visible", place, shown, source)

    def _find_infrared(self, shot: Shot) -> Path:
        assert self._gallery.infrared is not None
        return self._gallery.infrared.find(shot.name).path

    async def _keep(self, folder: str, place: int, shot: Shot, source: Path) -> str | Fault:
        most = self._gallery.max_side
        digest = await hash_source(source)
        if isinstance(digest, Fault):
            return digest
        altered = _tell_altered(shot)

        async def work(seed: int) -> Turn:
            content, suffix = await asyncio.to_thread(_fit, source, most, shot)
            decided_by = (digest, most, *([sorted(altered.items())] if altered else []))
            name = f"{name_file(folder, shot.name, *decided_by)}{suffix}"

            async def make() -> bytes:
                return content

            return {"result": await self._gallery.shelf.keep(name, make)}

        content = {"image": digest, "max_side": most, **altered, **_tell_place(place)}
        return await self._session.act(Act(here("answerer", "source"), content, work, _read_name))

    async def _make(self, place: int, shot: Shot, infrared: str, maker: VisibleMaker) -> str | Fault:
        digest, root = self._session.hash_of(infrared), self._session.folders.root
        content = {
            "editor": maker.name,
            "settings": maker.settings,
            "image": digest,
            "prompt": maker.prompt,
            "seed": maker.seed,
        }

        async def work(seed: int) -> Turn:
            name = f"{name_file('visible', shot.name, sorted(content.items()))}.png"
            kept = await self._gallery.shelf.keep(name, lambda: maker.make(root / infrared))
            return {"model": maker.name, "parameters": {"seed": maker.seed}, "result": kept}

        named = {**content, **_tell_place(place)}
        return await self._session.act(Act(here("editor", "translate"), named, work, _read_name))


def _tell_place(place: int) -> dict[str, int]:
    """What keeps a further picture distinct in a key; nothing for the first."""
    return {"picture": place} if place else {}


def _tell_altered(shot: Shot) -> dict[str, Any]:
    """How a picture is cropped and marked, for its key; nothing for one that is shown as it is."""
    return shot.model_dump(exclude={"name"}) if shot.is_altered else {}


def _blame_source(said: str) -> Fault:
    return Fault(stage="source", error=SourceError.__name__, message=said)


def _fit(source: Path, most: int | None, shot: Shot) -> tuple[bytes, str]:
    """Decode and fit; an error of the file system is the source's."""
    try:
        return fit_picture(source, most, shot)
    except OSError as error:
        raise SourceError(f"{source} cannot be read: {error.strerror or error}") from error


def _read_name(turn: Turn) -> str:
    return str(turn["result"]["image"])
