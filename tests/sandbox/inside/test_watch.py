"""A job is ended when it takes too long, too much or never ends, and what it did is said."""

import sys

import pytest

from irloom.drawings import Drawing, DrawingFault
from support.attacked import list_settled
from support.drawing import Studio

DRAW = "import matplotlib.pyplot as plt\nplt.plot([1, 2])\n"

ENDLESS = {
    "a loop": "while True: pass",
    "a sleep": "import time\ntime.sleep(1000)",
    "ignored signals": (
        "import signal\nfor number in range(1, 65):\n"
        "    try: signal.signal(number, signal.SIG_IGN)\n    except OSError: pass\n"
        "while True: pass"
    ),
    "swallowed errors": "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
    "a pattern": "import re\nre.match('(a+)+$', 'a' * 50 + 'b')",
    "closed pipes": "import os, time\nfor fd in range(4): os.close(fd)\ntime.sleep(1000)",
    "a figure that takes ages": (
        "import numpy as np\nimport matplotlib.pyplot as plt\n"
        "while True:\n    plt.plot(np.random.rand(100000))\n    plt.savefig('x.png')"
    ),
    "output": "while True: print('x' * 10**6)",
}


@pytest.mark.parametrize("script", ENDLESS.values(), ids=ENDLESS)
def test_a_script_that_does_not_end_is_ended_in_time(studio: Studio, script: str) -> None:
    # By nothing but this limit: an answer that comes much later is an error of the server.
    fault = studio.draw(script, wall_s=0.5, cpu_s=1000)
    assert isinstance(fault, DrawingFault)
    assert fault.reason == "timeout"
    assert "it took more than 0.5 s in all" in fault.log


def test_processor_time_is_bounded_by_itself(studio: Studio) -> None:
    fault = studio.draw("while True: pass", cpu_s=1)
    assert isinstance(fault, DrawingFault)
    assert fault.reason == "timeout"


MEMORY = {
    "bytes": "x = bytearray(6 * 2**30)",
    "an array": "import numpy as np\nx = np.ones((30000, 30000))",
    "little by little": "x = []\nwhile True: x.append(bytes(10**7))",
    "a mapping": "import mmap\nx = mmap.mmap(-1, 6 * 2**30)",
    "small things": "x = []\nwhile True: x.append([None] * 1000)",
}


@pytest.mark.parametrize("script", MEMORY.values(), ids=MEMORY)
def test_a_script_that_takes_too_much_memory_is_told_so(studio: Studio, script: str) -> None:
    fault = studio.draw(script, memory_mib=1024)
    assert isinstance(fault, DrawingFault)
    assert fault.reason == "memory" or "Cannot allocate memory" in fault.log


def test_a_flood_of_output_leaves_its_end(studio: Studio) -> None:
    drawing = studio.draw(f"for _ in range(300): print('x' * 10**6)\nprint('the end')\n{DRAW}")
    assert isinstance(drawing, Drawing)
    assert drawing.log.endswith("the end")
    assert len(drawing.log) <= 2000


def test_a_flood_in_place_of_a_picture_is_cut(studio: Studio) -> None:
    fault = studio.draw("import os\nwhile True: os.write(3, bytes(10**6))")
    assert isinstance(fault, DrawingFault)
    assert fault.reason == "bad_image"
    assert "more bytes than are read" in fault.log


CRASHES = {
    "a null pointer": ("import ctypes\nctypes.string_at(0)", "SIGSEGV"),
    "an abort": ("import os\nos.abort()", "crashed"),
    "a deep recursion": (
        "import sys\nsys.setrecursionlimit(10**9)\nf = lambda: eval('f()')\nf()",
        "crashed" if sys.version_info < (3, 12) else "RecursionError",
    ),
    "an exit": ("import os\nos._exit(7)", "ended its process by itself"),
    "a shut pipe": ("import os\nos.close(3)", "Bad file descriptor"),
}


@pytest.mark.parametrize(("script", "said"), CRASHES.values(), ids=CRASHES)
def test_a_script_that_ends_its_process_is_a_fault_of_its_code(
    studio: Studio, script: str, said: str
) -> None:
    fault = studio.draw(script)
    assert isinstance(fault, DrawingFault)
    assert fault.reason == "code_error"
    assert said in fault.log


def test_the_server_outlives_a_script_that_ends_well_or_badly(studio: Studio) -> None:
    studio.draw("")
    before = list_settled()
    for script in ("1 / 0", DRAW, "import sys\nsys.exit(3)", "import os\nos._exit(0)", ""):
        studio.draw(script)
    assert list_settled() == before
