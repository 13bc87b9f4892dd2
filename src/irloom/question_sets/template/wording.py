"""Puts sketches into words: which phrasing, what is shown, and under which name."""

import hashlib
from pathlib import Path

from irloom.question_sets.draws import pick
from irloom.question_sets.pictures import name_shown
from irloom.question_sets.record import Draft
from irloom.question_sets.template.forms import Sketch
from irloom.question_sets.template.tasks import Task
from irloom.question_sets.template.told import Picture
from irloom.records import Box
from irloom.shots import Edges, Mark, Shot
from irloom.sources.location import read_size


def word(sketch: Sketch, task: Task, root: Path, seed: int) -> Draft:
    """A question in words that its name and the seed choose, about a picture below `root`.

    Raises SourceError where the picture cannot be read.
    """
    picture = sketch.picture
    name = f"{task.name}-{picture.source}-{picture.id}"
    phrasing = pick(sorted(task.phrasings), seed, "phrasing", name)
    return Draft(
        id=name,
        task=task.name,
        kind=sketch.kind,
        sequence=picture.group,
        images=(_show(sketch, root),),
        question=task.phrasings[phrasing].format(**sketch.slots),
        choices=sketch.options,
        answer=sketch.answer,
        phrasing=phrasing,
        source=f"{picture.source}/{picture.id}",
        truth=sketch.truth,
        evened=sketch.evened,
    )


def name_file(picture: Picture, root: Path) -> str:
    """A name that is the same wherever the set lies, and plain whatever the set calls its picture.

    Raises SourceError where the picture cannot be read.
    """
    digest = hashlib.sha256(picture.id.encode()).hexdigest()[:16]
    return name_shown(f"{picture.source}/{digest}", root / picture.infrared)


def _show(sketch: Sketch, root: Path) -> Shot:
    """The picture without its border, with a frame around what is asked about."""
    picture = sketch.picture
    name, crop = name_file(picture, root), picture.crop
    if sketch.marked is None:
        return Shot(name=name, crop=crop)
    shown = crop or (0, 0, *read_size(root / picture.infrared))
    return Shot(name=name, crop=crop, marks=(Mark(box=_place(sketch.marked, shown)),))


def _place(box: Box, shown: tuple[int, int, int, int]) -> Edges:
    """The edges of a box in pixels of the whole file; its shares are of the part that is shown."""
    left, top, right, bottom = shown
    width, height = right - left, bottom - top
    return (left + box.x1 * width, top + box.y1 * height, left + box.x2 * width, top + box.y2 * height)
