"""Reads what a job sent back, which its script could have forged: every byte is checked."""

import signal

from pydantic import Field, ValidationError

from irloom.drawings import (
    MOST_AXES,
    Drawing,
    DrawingFault,
    DrawingJob,
    DrawingReason,
    DrawnAxes,
    DrawnText,
)
from irloom.records import Row
from irloom.sandbox.png import BadImage, clean_png
from irloom.sandbox.svg import remake_svg

MAX_PNG = 16 << 20
MAX_SVG = 16 << 20
MAX_HEAD = 8 << 20
MAX_BODY = 64 << 20
MAX_TEXTS = 10_000
"""A heat map of 60 x 60 with a number in each cell has 3,700."""
MAX_FIGURES = 10_000
MAX_MS = 1e8
LOG_CHARACTERS = 2000


class Head(Row):
    """What the server itself says of a job."""

    fate: str
    signal: int = Field(ge=0, le=64)
    wall_ms: float = Field(ge=0, le=MAX_MS, allow_inf_nan=False)
    log: str
    bytes: int = Field(ge=0, le=MAX_BODY)


class _Result(Row):
    """What the job says of itself: everything has a bound, so that what uses it need not look again."""

    reason: DrawingReason | None
    drawing_ms: float = Field(ge=0, le=MAX_MS, allow_inf_nan=False)
    figures: int = Field(ge=0, le=MAX_FIGURES)
    png: int = Field(ge=0, le=MAX_PNG)
    svg: int = Field(ge=0, le=MAX_SVG)
    texts: tuple[DrawnText, ...] = Field(max_length=MAX_TEXTS)
    axes: tuple[DrawnAxes, ...] = Field(max_length=MOST_AXES)


def read_reply(job: DrawingJob, head: Head, body: bytes) -> Drawing | DrawingFault:
    """Give the figure, or why there is none."""
    log = head.log.strip()[-LOG_CHARACTERS:]
    if head.fate == "timeout":
        limits = f"{job.wall_s:g} s in all or {job.cpu_s} s of processor time"
        return DrawingFault("timeout", _add(log, f"The script was ended: it took more than {limits}."))
    if head.fate == "memory":
        return DrawingFault("memory", _add(log, "The script was ended: the machine ran out of memory."))
    if head.fate == "killed":
        return DrawingFault("code_error", _add(log, f"The script's process crashed ({_name(head.signal)})."))
    if head.fate == "flooded":
        return DrawingFault("bad_image", _add(log, "The picture has more bytes than are read."))
    try:
        return _read_result(job, head, body, log)
    except (BadImage, ValidationError) as error:
        said = str(error) if isinstance(error, BadImage) else _explain(error)
        return DrawingFault("bad_image", _add(log, f"The picture cannot be used: {said}."))


def _read_result(job: DrawingJob, head: Head, body: bytes, log: str) -> Drawing | DrawingFault:
    line, _, images = body.partition(b"\n")
    if not line:
        return DrawingFault("code_error", _add(log, "The script ended its process by itself."))
    if len(line) > MAX_HEAD:
        raise BadImage("it has too many texts")
    result = _Result.model_validate_json(line)
    if result.reason is not None:
        return DrawingFault(result.reason, log)
    if len(images) != result.png + result.svg:
        raise BadImage("it is cut off")
    png, width, height = clean_png(images[: result.png], job.max_side, job.max_pixels)
    svg = images[result.png : result.png + result.svg] or None
    return Drawing(
        png=png,
        svg=None if svg is None else remake_svg(svg),
        width=width,
        height=height,
        texts=result.texts,
        axes=result.axes,
        figures=result.figures,
        log=log,
        drawing_ms=result.drawing_ms,
        wall_ms=head.wall_ms,
    )


def _explain(error: ValidationError) -> str:
    """The first thing that is wrong with a report, for the model that repairs the script."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    return f"what came back is no picture ({where}: {first['msg'][:200]})"


def _name(number: int) -> str:
    """A signal's name; signals for real-time use have none."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _add(log: str, sentence: str) -> str:
    return f"{log}\n{sentence}".strip()
