"""Draws the few things that can be added, lit from the upper left: colours and alpha of a square sheet."""

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType

import cv2
import numpy as np
from numpy.typing import NDArray

from irloom.backends.offline.editor.planes import Plane, blur, spread

SIDE = 320
"""Pixels of a sheet."""

_VIVID = ((0.80, 0.10, 0.10), (0.10, 0.32, 0.72), (0.94, 0.72, 0.10), (0.12, 0.52, 0.26), (0.85, 0.36, 0.08))


@dataclass(frozen=True, slots=True)
class Sprite:
    """A drawn thing; colours are not multiplied by alpha."""

    colour: Plane
    alpha: Plane


def _grid() -> tuple[Plane, Plane]:
    """Coordinates of a sheet in -1..1, y down."""
    y, x = np.mgrid[:SIDE, :SIDE].astype(np.float32)
    return (x + 0.5) / SIDE * 2 - 1, (y + 0.5) / SIDE * 2 - 1


def _edge(inside: NDArray[np.floating]) -> Plane:
    """Alpha from a signed distance in sheet units, positive inside."""
    return np.asarray(np.clip(inside * SIDE / 2 + 0.5, 0, 1), np.float32)


def _colours(draw: np.random.Generator, count: int) -> list[Plane]:
    order = draw.permutation(len(_VIVID))[:count]
    return [np.array(_VIVID[index], np.float32) for index in order]


def _light_round(x: Plane, y: Plane, z: Plane) -> tuple[Plane, Plane]:
    """Diffuse light, 0.25..1.1, and a glint, on normals that point at the viewer with z."""
    towards = np.array([-0.42, -0.62, 0.66])
    facing = np.clip(x * towards[0] + y * towards[1] + z * towards[2], 0, 1)
    back = np.clip(0.5 + 0.5 * y, 0, 1)
    diffuse = 0.30 + 0.80 * facing + 0.06 * back * (1 - z)
    half = towards + np.array([0, 0, 1])
    half /= np.linalg.norm(half)
    glint = np.clip(x * half[0] + y * half[1] + z * half[2], 0, 1) ** 60
    return diffuse.astype(np.float32), glint.astype(np.float32)


def draw_ball(draw: np.random.Generator) -> Sprite:
    """A beach ball."""
    x, y = _grid()
    x, y = x / 0.97, y / 0.97
    z = np.sqrt(np.clip(1 - x * x - y * y, 0, 1))
    lean, turn = draw.uniform(0.3, 0.9), draw.uniform(0, 2 * np.pi)
    up = np.array([np.sin(lean) * 0.6, -np.cos(lean), np.sin(lean) * 0.8])
    up /= np.linalg.norm(up)
    side = np.cross(up, (0.0, 0.0, 1.0))
    side /= np.linalg.norm(side)
    front = np.cross(side, up)
    axis = x * up[0] + y * up[1] + z * up[2]
    around = np.arctan2(x * side[0] + y * side[1] + z * side[2], x * front[0] + y * front[1] + z * front[2])
    panel = np.floor(((around + turn) / (2 * np.pi) * 6) % 6).astype(np.intp)
    first, second, third = _colours(draw, 3)
    white = np.array([0.93, 0.92, 0.88], np.float32)
    colour = np.stack([first, white, second, white, third, white])[panel]
    colour = np.where((np.abs(axis) > 0.955)[..., None], white, colour)
    diffuse, glint = _light_round(x, y, z)
    lit = blur(colour.astype(np.float32), 0.8) * diffuse[..., None] + glint[..., None] * 0.55
    return Sprite(np.clip(lit, 0, 1), _edge((1 - np.hypot(x, y)) * 0.97))


def draw_balloon(draw: np.random.Generator) -> Sprite:
    """A balloon with its string."""
    x, y = _grid()
    (own,) = _colours(draw, 1)
    high = (y + 0.42) / 0.54
    wide = x / (0.46 * (1 - 0.10 * np.clip(high, -1, 1)))
    inside = 1 - np.hypot(wide, high)
    z = np.sqrt(np.clip(1 - wide * wide - high * high, 0, 1))
    diffuse, glint = _light_round(wide, high, z)
    # Light shines through the rim, where rubber is seen edge on.
    through = 0.25 * (1 - z) ** 2
    colour = own * (0.2 + 0.85 * diffuse + through)[..., None] + (glint * 0.85)[..., None]
    alpha = _edge(inside * 0.46)
    knot = np.minimum(0.035 - np.abs(x) * 1.0 + (y - 0.115) * 0.6, 0.165 - y)
    alpha = np.maximum(alpha, _edge(np.where(y > 0.1, knot, -1)))
    sway = draw.uniform(0.03, 0.06) * np.sin((y - 0.16) * 5.5) * np.clip((y - 0.16) * 3, 0, 1)
    string = np.where((y > 0.15) & (y < 0.98), 0.006 - np.abs(x - sway), -1)
    thread = _edge(string) * (inside < 0)
    colour = np.where((thread > alpha)[..., None], np.float32(0.82), colour)
    return Sprite(
        np.clip(colour, 0, 1).astype(np.float32), np.maximum(alpha, 0.8 * thread).astype(np.float32)
    )


def draw_cone(draw: np.random.Generator) -> Sprite:
    """A traffic cone."""
    x, y = _grid()
    along = (y + 0.92) / 1.62
    half = 0.07 + 0.45 * along
    round_x = np.clip(x / half, -1, 1)
    sag = 0.10 * half * (np.sqrt(1 - round_x**2) - 0.5)
    body = np.minimum((half - np.abs(x)) * 0.95, np.minimum(y + 0.92 - sag * 0.4, 0.70 + sag - y))
    z = np.sqrt(1 - round_x**2)
    diffuse, _ = _light_round(round_x.astype(np.float32), np.full_like(x, -0.15), z.astype(np.float32))
    level = along - sag * 0.55
    bands = (spread(0.26, 0.27, level) - spread(0.44, 0.45, level)) + (
        spread(0.60, 0.61, level) - spread(0.74, 0.75, level)
    )
    orange, white = np.array([0.93, 0.33, 0.06]), np.array([0.92, 0.92, 0.90])
    colour = (orange + (white - orange) * bands[..., None]) * (0.12 + 0.9 * diffuse)[..., None]
    plate = np.minimum(0.90 - np.abs(x) - (0.9 - y) * 0.35, np.minimum(y - 0.60, 0.93 - y))
    rim = spread(0.84, 0.86, y)
    base = (orange * 0.80)[None, None] * (1 - 0.45 * rim)[..., None] * (1 - 0.15 * (x + 1) / 2)[..., None]
    shadow = np.clip(1 - np.hypot((x - 0.12) / 0.62, (y - 0.70) / 0.14), 0, 1) * 0.5
    base = base * (1 - shadow)[..., None]
    on_body = _edge(body)
    colour = base + (colour - base) * on_body[..., None]
    return Sprite(np.clip(colour, 0, 1).astype(np.float32), np.maximum(on_body, _edge(plate)))


def draw_umbrella(draw: np.random.Generator) -> Sprite:
    """A parasol on its pole."""
    x, y = _grid()
    first, second = _colours(draw, 2)
    second = np.array([0.93, 0.91, 0.86], np.float32) if draw.random() < 0.6 else second
    # Ribs run from the tip; seen from the side they crowd towards the rims.
    across = np.clip(x / 0.94, -1, 1)
    dome = -0.86 + 0.62 * (1 - np.sqrt(np.clip(1 - across**2, 0, 1)) * 0.98)
    rim_height = -0.25
    angle = np.arcsin(
        np.clip(x / np.maximum(0.94 * np.sqrt(np.clip((y + 0.88) / 0.63, 0.01, 1)), 0.02), -1, 1)
    )
    position = (angle / np.pi + 0.5) * 6 + draw.uniform(0, 0.4)
    panel = np.floor(position).astype(int) % 2
    scallop = 0.05 * np.abs(np.sin(np.pi * position))
    canopy = np.minimum(np.minimum(y - dome, rim_height + 0.05 - scallop - y), 0.94 - np.abs(x))
    fold = np.abs(position - np.floor(position) - 0.5) * 2
    light = 1.02 - 0.38 * across - 0.22 * fold**3 + 0.15 * (-0.25 - y)
    colour = np.where((panel == 0)[..., None], first, second) * np.clip(light, 0.3, 1.15)[..., None]
    under = np.minimum(0.055 - np.abs(y - rim_height - 0.0), 0.90 - np.abs(x)) - scallop * 0.2
    pole = np.where((y > -0.3) & (y < 0.93), 0.016 - np.abs(x), -1)
    metal = np.float32(0.75) - np.float32(0.5) * np.clip((x + 0.016) / 0.032, 0, 1)
    foot = 1 - np.hypot(x / 0.2, (y - 0.93) / 0.045)
    on_canopy = _edge(canopy)
    behind = np.where((under > 0)[..., None], first * 0.28, np.repeat(metal[..., None], 3, axis=2))
    behind = np.where((foot > 0)[..., None], np.float32(0.22), behind)
    colour = behind + (colour - behind) * on_canopy[..., None]
    alpha = np.maximum.reduce(
        [
            on_canopy,
            _edge(pole),
            _edge(foot * 0.05),
            _edge(under),
        ]
    )
    return Sprite(np.clip(colour, 0, 1).astype(np.float32), alpha)


def draw_kite(draw: np.random.Generator) -> Sprite:
    """A kite with its tail, leaning in the wind."""
    x, y = _grid()
    turn = draw.uniform(0.25, 0.6) * float(draw.choice([-1, 1]))
    u = x * np.cos(turn) + (y + 0.2) * np.sin(turn)
    v = (y + 0.2) * np.cos(turn) - x * np.sin(turn)
    above = v < -0.16
    reach = np.where(above, (v + 0.74) / 0.58, (0.56 - v) / 0.72)
    inside = (0.44 * reach - np.abs(u)) * 0.75
    first, second = _colours(draw, 2)
    facet = (u > 0) ^ above
    colour = np.where(facet[..., None], first, second)
    light = 1.0 + 0.16 * np.sign(-u) - 0.14 * np.clip(np.abs(u) / 0.44, 0, 1) - 0.10 * (v > -0.16)
    spar = np.clip(1 - np.minimum(np.abs(u), np.abs(v + 0.16)) / 0.012, 0, 1) * 0.45
    colour = colour * (light * (1 - spar))[..., None]
    alpha = _edge(inside)
    alpha = _hang_tail(colour, alpha, turn, second)
    return Sprite(np.clip(colour, 0, 1).astype(np.float32), alpha)


def _hang_tail(colour: NDArray[np.floating], alpha: Plane, turn: float, ink: Plane) -> Plane:
    """Draw the tail and its bows into the colours; gives the alpha with them."""
    start = np.array([-np.sin(turn) * 0.56, np.cos(turn) * 0.56 - 0.2])
    along = np.linspace(0, 1, 60)
    tail_x = start[0] - turn * 0.25 * along + 0.06 * np.sin(along * 9) * along
    tail_y = start[1] + (0.93 - start[1]) * along
    points = np.stack([(tail_x + 1) / 2 * SIDE, (tail_y + 1) / 2 * SIDE], axis=1)
    sheet = np.zeros((SIDE, SIDE), np.uint8)
    cv2.polylines(sheet, [np.rint(points * 16).astype(np.int32)], False, 255, 2, cv2.LINE_AA, 4)
    for at in (18, 34, 50):
        middle, rise = points[at], np.array([0.0, 5.0])
        for side in (-1, 1):
            outer = middle + np.array([side * 9.0, 0.0])
            wing = np.array([middle, outer - rise, outer + rise])
            cv2.fillPoly(sheet, [np.rint(wing * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    tail = sheet.astype(np.float32) / 255
    colour[...] = np.where((tail > alpha)[..., None], ink * 0.8, colour)
    return np.maximum(alpha, tail)


THINGS: MappingProxyType[str, Callable[[np.random.Generator], Sprite]] = MappingProxyType(
    {
        "ball": draw_ball,
        "balloon": draw_balloon,
        "traffic cone": draw_cone,
        "umbrella": draw_umbrella,
        "kite": draw_kite,
    }
)
