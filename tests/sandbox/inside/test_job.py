"""The same script and seed give the same bytes, on any server and at any level."""

import pytest

from irloom.drawings import Drawing, DrawingFault, SandboxLevel
from irloom.errors import ConfigError
from support.drawing import Studio

RANDOM = """
import random
import numpy as np
import matplotlib.pyplot as plt
print(random.random(), np.random.rand(), np.random.RandomState().rand(), np.random.default_rng().random())
print(hash("a word"), list({"some", "words", "in", "a", "set"}))
plt.scatter(np.random.default_rng().random(9), np.random.rand(9))
plt.legend(["$a_1$"])
plt.imshow(np.random.rand(3, 3))
plt.savefig("x.png")
"""


def draw(studio: Studio, seed: int, level: SandboxLevel = "standard") -> Drawing:
    drawing = studio.draw(RANDOM, level, seed=seed)
    assert isinstance(drawing, Drawing), drawing
    return drawing


def test_the_same_seed_gives_the_same_bytes(studio: Studio) -> None:
    first, again, other = draw(studio, 7), draw(studio, 7), draw(studio, 8)
    assert (first.png, first.svg, first.log) == (again.png, again.svg, again.log)
    assert first.png != other.png
    assert first.log.split()[:4] != other.log.split()[:4]


def test_another_server_gives_the_same_bytes(studio: Studio) -> None:
    first = draw(studio, 2**40)
    studio.draw("import os\nos.abort()")  # after which the server is replaced
    again = draw(studio, 2**40)
    assert (first.png, first.svg, first.log) == (again.png, again.svg, again.log)


def test_every_level_gives_the_same_bytes(studio: Studio) -> None:
    if isinstance(problem := studio.open("strict"), ConfigError):
        pytest.skip(str(problem))
    standard, strict = draw(studio, 7), draw(studio, 7, level="strict")
    assert (standard.png, standard.svg, standard.log) == (strict.png, strict.svg, strict.log)


def test_nothing_in_the_bytes_says_when_or_by_what_they_were_made(studio: Studio) -> None:
    drawing = draw(studio, 7)
    assert drawing.svg is not None
    assert b"Matplotlib" not in drawing.png + drawing.svg
    assert b"<dc:date>" not in drawing.svg


@pytest.mark.parametrize("ending", ["sys.exit(2)", "sys.exit('no data')", "raise SystemExit(1)"])
def test_a_script_that_says_it_failed_has_failed(studio: Studio, ending: str) -> None:
    fault = studio.draw(f"import sys\n{RANDOM}\n{ending}")
    assert isinstance(fault, DrawingFault)
    assert fault.reason == "code_error"
    assert "The script ended itself with" in fault.log


def test_an_svg_that_is_too_large_is_left_out_and_said(studio: Studio) -> None:
    drawing = studio.draw("import matplotlib.pyplot as plt\nplt.plot([1, 2])[0].set_gid('x' * 17_000_000)")
    assert isinstance(drawing, Drawing)
    assert drawing.svg is None
    assert "more than are kept; the PNG is kept alone" in drawing.log


def test_a_png_that_is_too_large_is_refused_with_its_size(studio: Studio) -> None:
    script = (
        "import numpy as np\nimport matplotlib.pyplot as plt\n"
        "noise = np.random.randint(0, 255, (2240, 2240, 3), 'u1')\n"
        "plt.figure(figsize=(22.4, 22.4), dpi=100).figimage(noise)"
    )
    fault = studio.draw(script, cpu_s=90)
    assert isinstance(fault, DrawingFault)
    assert fault.reason == "bad_image"
    assert "more than 16,777,216: draw a smaller figure" in fault.log
