"""Runs one script in its own process, and writes what it drew to the result's pipe."""

import gc
import json
import os
import random
import sys
import time
from types import ModuleType
from typing import Any

import numpy as np
from numpy.random import bit_generator

from irloom.sandbox.inside.capture import Capture, FigureTooLarge
from irloom.sandbox.inside.confine import RESULT_FD
from irloom.sandbox.inside.faults import FILENAME, describe_fault, remember_source
from irloom.sandbox.inside.pretences import pretend
from irloom.sandbox.inside.watch import WHOLE

MAX_PNG = 16 << 20
MAX_SVG = 16 << 20


def run_job(request: dict[str, Any]) -> None:
    """Run the script and report; the process is left to the caller."""
    started = time.perf_counter()
    gc.enable()
    capture = Capture(request["max_side"], request["max_pixels"])
    capture.install()
    _seed(request["seed"])
    pretend(capture.saved)
    try:
        reason = _run_script(request["source"], capture)
    except MemoryError:
        reason = "memory"
    sys.stdout.flush()
    sys.stderr.flush()
    _report(reason, capture, (time.perf_counter() - started) * 1000)


def _run_script(source: str, capture: Capture) -> str | None:
    """Give the reason why there is no figure, or None."""
    remember_source(source)
    script = ModuleType("__main__")
    script.__file__ = FILENAME
    sys.modules["__main__"] = script
    sys.argv = [FILENAME]
    try:
        exec(compile(source, FILENAME, "exec"), script.__dict__)
    except SystemExit as end:
        if end.code not in (None, 0):
            _say(f"The script ended itself with {end.code!r}.")
            return "code_error"
    except BaseException as error:
        return _tell(error)
    try:
        capture.take_open("left open")
    except BaseException as error:
        _say("The script ran to its end, but its figure cannot be drawn:")
        return _tell(error)
    return _judge(capture)


def _tell(error: BaseException) -> str:
    if isinstance(error, MemoryError):
        error.__traceback__ = error.__traceback__ and error.__traceback__.tb_next
    _say(describe_fault(error).rstrip())
    if isinstance(error, FigureTooLarge):
        return "bad_image"
    return "memory" if isinstance(error, MemoryError) else "code_error"


def _judge(capture: Capture) -> str | None:
    picture = capture.picture
    if picture is None:
        _say("The script ended without a figure.")
        return "no_figure"
    if picture.drawn.blank:
        _say("The figure is empty: nothing is drawn in it but, at most, axes and titles.")
        return "no_figure"
    if len(picture.png) > MAX_PNG:
        _say(f"The PNG has {len(picture.png):,} bytes, more than {MAX_PNG:,}: draw a smaller figure.")
        return "bad_image"
    if capture.figures > 1:
        _say(f"The script made {capture.figures} figures; the last one that was {picture.how} was taken.")
    if len(picture.svg) > MAX_SVG:
        _say(f"The SVG has {len(picture.svg):,} bytes, more than are kept; the PNG is kept alone.")
    return None


def _report(reason: str | None, capture: Capture, drawing_ms: float) -> None:
    picture = capture.picture if reason is None else None
    png = picture.png if picture else b""
    svg = picture.svg if picture and len(picture.svg) <= MAX_SVG else b""
    header = {
        "reason": reason,
        "drawing_ms": round(drawing_ms, 3),
        "figures": capture.figures,
        "png": len(png),
        "svg": len(svg),
        "texts": picture.drawn.texts if picture else [],
        "axes": picture.drawn.axes if picture else [],
    }
    with os.fdopen(RESULT_FD, "wb") as pipe:
        pipe.write(json.dumps(header).encode() + b"\n")
        pipe.write(png)
        pipe.write(svg)
        pipe.write(WHOLE)


def _seed(seed: int) -> None:
    random.seed(seed)
    np.random.seed(seed % 2**32)
    # numpy asks this function for the state of every generator that is made without a seed.
    bit_generator.randbits = random.Random(seed).getrandbits  # type: ignore[attr-defined]


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
