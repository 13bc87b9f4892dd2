"""Carries out edits step by step, without a model."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from types import MappingProxyType

import cv2
import numpy as np

from irloom.backends.images import load_rgb
from irloom.backends.offline.editor.addition import add_thing
from irloom.backends.offline.editor.colour import recolour
from irloom.backends.offline.editor.count import add_more
from irloom.backends.offline.editor.light import change_time
from irloom.backends.offline.editor.materials import change_material
from irloom.backends.offline.editor.motion import change_place
from irloom.backends.offline.editor.planes import Pixels
from irloom.backends.offline.editor.removal import remove, replace
from irloom.backends.offline.editor.scene import CannotDo, Change, Operation, Scene
from irloom.backends.offline.editor.shape import change_shape
from irloom.backends.offline.editor.style import change_style
from irloom.backends.offline.editor.textures import change_texture
from irloom.backends.offline.editor.viewpoint import change_view
from irloom.backends.offline.editor.weather import change_weather
from irloom.edits import Declined, Region, Step, Subcategory
from irloom.errors import EditError, SampleError
from irloom.options import ClassicOptions
from irloom.protocols import Edit, EditJob

_LEAST_SIDE_PX = 32

OPERATIONS: MappingProxyType[Subcategory, Operation] = MappingProxyType(
    {
        "color": recolour,
        "material": change_material,
        "shape": change_shape,
        "texture": change_texture,
        "addition": add_thing,
        "remove": remove,
        "replace": replace,
        "count": add_more,
        "spatial": change_place,
        "viewpoint": change_view,
        "style": change_style,
        "time": change_time,
        "weather": change_weather,
    }
)


class ClassicEditor:
    """Image processing on annotated objects: the same job gives the same bytes, whatever its batch."""

    name = "classic"

    def __init__(self, options: ClassicOptions) -> None:
        self._options = options

    def edit(self, jobs: Sequence[EditJob]) -> list[Edit | Declined | SampleError]:
        """Carry out the steps of each job, a thread a job; what cannot be done is declined."""
        if len(jobs) == 1:
            return [self._edit_one(jobs[0])]
        with ThreadPoolExecutor(max(1, len(jobs)), thread_name_prefix="irloom-edit") as pool:
            return list(pool.map(self._edit_one, jobs))

    def _edit_one(self, job: EditJob) -> Edit | Declined | SampleError:
        if not job.steps:
            return Declined(
                reason="the classic editor reads no prose: it needs steps that name a subcategory and a value"
            )
        try:
            pixels = load_rgb(job.image, self._options.max_pixels, job.width, job.height)
            _refuse_tiny(pixels)
            return _carry_out(Scene(pixels, job.boxes), job)
        except CannotDo as reason:
            return Declined(reason=str(reason))
        except SampleError as error:
            return error
        except cv2.error as error:
            failed = EditError(f"{job.image}: OpenCV refused the edit ({error.err}): leave this edit out")
            failed.__cause__ = error
            return failed


def _refuse_tiny(pixels: Pixels) -> None:
    height, width = pixels.shape[:2]
    if min(height, width) < _LEAST_SIDE_PX:
        raise CannotDo(f"the image has {width} x {height} pixels: each side needs {_LEAST_SIDE_PX} at least")


def _carry_out(scene: Scene, job: EditJob) -> Edit:
    regions: list[Region] = []
    details = []
    for number, step in enumerate(job.steps):
        change = _take_step(scene, step, np.random.default_rng([abs(job.seed), number]))
        scene = change.scene
        regions.extend(change.regions)
        details.append({"subcategory": step.subcategory, **change.details})
    return Edit(scene.pixels, tuple(regions), {"seed": job.seed, "steps": details})


def _take_step(scene: Scene, step: Step, draw: np.random.Generator) -> Change:
    if step.subcategory == "action":
        raise CannotDo("the classic editor cannot change what somebody does")
    if step.subcategory == "complex":
        raise CannotDo("a step is a simple modification, not a complex one")
    return OPERATIONS[step.subcategory](scene, step, draw)
