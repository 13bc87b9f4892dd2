"""Takes an object out of the image, and puts another one in its place."""

import numpy as np

from irloom.backends.offline.editor.colour import describe
from irloom.backends.offline.editor.cutouts import (
    Matrix,
    find_region,
    lift,
    measure,
    move,
    put,
    shade,
    stands,
    uncover,
)
from irloom.backends.offline.editor.masks import outline
from irloom.backends.offline.editor.planes import measure_unit
from irloom.backends.offline.editor.scene import (
    CannotDo,
    Change,
    Scene,
    Target,
    find_target,
    mask_others,
    refuse_covered,
    replace_object,
    share_covered,
    touched_sides,
)
from irloom.edits import Step

_MOST_AREA = 0.2
_MOST_AMID = 0.6
_LEAST_SIDE_PX = 24
_MOST_ENLARGED = 2.5


def remove(scene: Scene, step: Step, draw: np.random.Generator) -> Change:
    """Remove the target; what was behind it is made up from its surroundings."""
    target = find_target(scene, step)
    _refuse_unknown(scene, target)
    # The margin takes in a soft rim and the nearest shadow; a retry tries another.
    margin = draw.uniform(7, 11)
    bare = Scene(uncover(scene, target, margin), replace_object(scene, target.number, None))
    return Change(bare, details={"filled_by": "patches", **describe(target)})


def _refuse_unknown(scene: Scene, target: Target) -> None:
    """What is behind a large object, or one amid others, cannot be guessed."""
    refuse_covered(scene, target, _MOST_AMID)
    if target.area > _MOST_AREA:
        raise CannotDo(
            f"object {target.number} ({target.box.label}) fills {target.area:.0%} of the image: "
            f"more than {_MOST_AREA:.0%} cannot be made up from its surroundings"
        )


def replace(scene: Scene, step: Step, draw: np.random.Generator) -> Change:
    """Put a copy of another annotated object, named by its label, in the target's place."""
    target = find_target(scene, step)
    _refuse_unknown(scene, target)
    source = _choose_source(scene, step, target, draw)
    bare = uncover(scene, target)
    layer = move(lift(scene.pixels, source.mask), _fit(target, source))
    pixels = put(shade(bare, layer) if stands(target) else bare, layer)
    region = find_region(layer.alpha)
    objects = replace_object(scene, target.number, outline(layer.alpha, source.box.label))
    details = {"replaced_by": source.box.label, "copied_from": source.number, **describe(target)}
    return Change(Scene(pixels, objects), (region,) if region else (), details)


def _choose_source(scene: Scene, step: Step, target: Target, draw: np.random.Generator) -> Target:
    """One of the objects of that label that are whole and large enough."""
    wanted = step.value.strip().lower()
    if wanted == target.box.label:
        raise CannotDo(f"object {target.number} is a {wanted} already")
    unit = measure_unit(scene.pixels)
    usable = []
    for number, box in enumerate(scene.objects, start=1):
        if box is None or box.crowd or box.label != wanted or number == target.number:
            continue
        try:
            source = find_target(scene, step.model_copy(update={"target": number}))
        except CannotDo:
            continue
        whole = share_covered(source, mask_others(scene, number), unit) < 0.3
        if whole and not touched_sides(source) and _reaches(source, target):
            usable.append(source)
    if not usable:
        raise CannotDo(f"no whole {wanted or 'named object'}, large enough to copy, is annotated here")
    return usable[int(draw.integers(len(usable)))]


def _reaches(source: Target, target: Target) -> bool:
    """Whether the copy would not be enlarged to a blur."""
    left, top, right, bottom = measure(source)
    enough = min(right - left, bottom - top) >= _LEAST_SIDE_PX
    return enough and _fit(target, source)[0, 0] <= _MOST_ENLARGED


def _fit(target: Target, source: Target) -> Matrix:
    """The affine map that puts the source on the target's foot, in its box as well as it fits."""
    x1, y1, x2, y2 = measure(target)
    left, top, right, bottom = measure(source)
    wide, tall = (x2 - x1) / (right - left), (y2 - y1) / (bottom - top)
    scale = float(np.sqrt(wide * tall))
    scale = min(scale, 1.2 * tall, y2 / (bottom - top))
    middle = (x1 + x2) / 2
    return np.array(
        [[scale, 0, middle - (left + right) / 2 * scale], [0, scale, y2 - bottom * scale]], np.float64
    )
