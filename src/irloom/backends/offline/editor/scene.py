"""What an edit starts from: the image as the steps before left it, and the object that it is about."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np

from irloom.backends.offline.editor.masks import find_mask, sketch_mask
from irloom.backends.offline.editor.planes import Mask, Pixels, Plane, grow, measure_unit
from irloom.edits import Region, Step
from irloom.records import Box

_LEAST_AREA = 0.005
_PEOPLE = "person"
_SURFACES = frozenset({"dining table", "bed", "couch", "bench"})
_MOUNTED = frozenset({"stop sign", "traffic light", "parking meter", "clock", "tie", "sink"})

T = TypeVar("T")


class CannotDo(Exception):
    """An edit that this editor declines, with the reason."""


@dataclass(frozen=True, slots=True)
class Scene:
    """An image and the objects in it, by their number from 1; None for one that is gone."""

    pixels: Pixels
    objects: tuple[Box | None, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """What one step made of a scene."""

    scene: Scene
    regions: tuple[Region, ...] = ()
    """Where it meant to change something beside the target."""
    details: Mapping[str, Any] = field(default_factory=dict)


Operation = Callable[[Scene, Step, np.random.Generator], Change]
"""Carries out one step; raises CannotDo. The generator is all that may vary."""


@dataclass(frozen=True, slots=True)
class Target:
    """The object that a step is about."""

    number: int
    box: Box
    mask: Plane

    @property
    def area(self) -> float:
        """Its share of the image."""
        return float((self.mask > 0.5).mean())


def find_target(scene: Scene, step: Step) -> Target:
    """The object that the step names; raises CannotDo where it is none to work on."""
    if step.target is None:
        raise CannotDo(f"{step.subcategory} is about one object, and the step names none")
    if step.target > len(scene.objects):
        raise CannotDo(f"object {step.target} is not annotated: there are {len(scene.objects)}")
    box = scene.objects[step.target - 1]
    if box is None:
        raise CannotDo(f"object {step.target} is gone since a step before this one")
    if box.crowd:
        raise CannotDo(f"object {step.target} ({box.label}) is a crowd, whose members are not outlined")
    target = Target(step.target, box, find_mask(scene.pixels, box))
    if target.area < _LEAST_AREA:
        raise CannotDo(
            f"object {step.target} ({box.label}) is too small: {target.area:.2%} of the image, "
            f"less than {_LEAST_AREA:.1%}"
        )
    return target


def refuse_people(target: Target, subcategory: str) -> None:
    """Only what people wear could change, and that is not annotated apart from them."""
    if target.box.label == _PEOPLE:
        raise CannotDo(f"{subcategory} of a person would change skin and clothes alike")


def choose(step: Step, known: Mapping[str, T]) -> T:
    """What is known under the step's value; raises CannotDo, naming what is known."""
    name = step.value.strip().lower()
    if name not in known:
        raise CannotDo(f"{step.subcategory} knows no {step.value!r}, but {', '.join(known)}")
    return known[name]


def touched_sides(target: Target) -> frozenset[str]:
    """The sides of the frame that cut the object off: left, right, top, bottom."""
    solid = target.mask > 0.5
    sides = {"left": solid[:, :2], "right": solid[:, -2:], "top": solid[:2], "bottom": solid[-2:]}
    return frozenset(name for name, strip in sides.items() if strip.any())


def mask_others(scene: Scene, number: int) -> Mask:
    """The pixels of all annotated objects but one, and but those that things lie on."""
    height, width = scene.pixels.shape[:2]
    found = np.zeros((height, width), np.bool_)
    for index, box in enumerate(scene.objects, start=1):
        if box is not None and index != number and box.label not in _SURFACES:
            found |= sketch_mask(box, height, width)
    return found


def share_covered(target: Target, others: Mask, unit: float) -> float:
    """The share of the object's outline along which it meets other objects, 0..1."""
    solid = target.mask > 0.5
    rim = grow(solid, 4 * unit) & ~grow(solid, unit)
    return float(others[rim].mean()) if rim.any() else 0.0


def refuse_covered(scene: Scene, target: Target, most: float = 0.3) -> None:
    """What stands behind, in or under another object has no whole cut-out."""
    share = share_covered(target, mask_others(scene, target.number), measure_unit(scene.pixels))
    if share > most:
        raise CannotDo(
            f"object {target.number} ({target.box.label}) meets other objects along {share:.0%} of its "
            "outline, so that neither it nor what is behind it is known whole"
        )


def refuse_mounted(target: Target) -> None:
    """What hangs on a post or a wall that is not annotated with it would float elsewhere."""
    if target.box.label in _MOUNTED:
        raise CannotDo(
            f"object {target.number} ({target.box.label}) is fixed to something that is not annotated with it"
        )


def replace_object(scene: Scene, number: int, box: Box | None) -> tuple[Box | None, ...]:
    """The scene's objects with one changed, so that later steps find it where it is now."""
    objects = list(scene.objects)
    objects[number - 1] = box
    return tuple(objects)
