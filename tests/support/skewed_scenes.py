"""Annotations of scenes as photographs have them: people are everywhere, things lie below, most are few."""

import random

from irloom.records import Box, Sample

SHARES = {
    **{"person": 0.6, "car": 0.35, "dog": 0.25, "umbrella": 0.2, "bench": 0.15, "clock": 0.12},
    **{"pizza": 0.08, "giraffe": 0.06, "boat": 0.05, "surfboard": 0.04},
}
"""How often an image has some of a label."""
LABELS = frozenset(SHARES)


def draw_scene(number: int, seed: int = 0) -> Sample:
    """One image's boxes; 0 to 5 labels with one to seven things each, mostly one."""
    draw = random.Random(f"{seed}/{number}")
    boxes: list[Box] = []
    for label, share in SHARES.items():
        if draw.random() < share:
            many = draw.choices(range(1, 8), weights=(60, 16, 9, 6, 4, 3, 2))[0]
            boxes += [_draw_box(label, draw) for _ in range(many)]
    return Sample(id=str(number), image=f"{number}.png", width=640, height=480, boxes=tuple(boxes))


def _draw_box(label: str, draw: random.Random) -> Box:
    width, height = draw.uniform(0.12, 0.4), draw.uniform(0.1, 0.35)
    left, top = draw.uniform(0, 1 - width), draw.betavariate(3, 1.3) * (1 - height)
    return Box(label=label, x1=left, y1=top, x2=left + width, y2=top + height)


def draw_scenes(count: int, seed: int = 0) -> list[Sample]:
    """So many images."""
    return [draw_scene(number, seed) for number in range(count)]
