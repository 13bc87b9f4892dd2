"""Harmless habits of scripts work, though nothing of what they ask for is done."""

import pytest

from irloom.drawings import Drawing
from support.drawing import Studio

DRAW = "import matplotlib\nimport os\nimport matplotlib.pyplot as plt\n"
HABITS = {
    "a window's backend": "matplotlib.use('TkAgg')\nplt.plot([1, 2])\nplt.show()\n",
    "another backend later": "plt.plot([1, 2])\nplt.switch_backend('Qt5Agg')\nplt.show()\n",
    "the null device": "print('x', file=open(os.devnull, 'w'))\nplt.plot([1, 2])\n",
    "the null device in bytes": "with open('/dev/null', 'wb') as file: file.write(b'x')\nplt.plot([1, 2])\n",
    "the saved file": (
        "from pathlib import Path\nplt.plot([1, 2])\n"
        "assert not os.path.exists('a.png')\nplt.savefig('a.png')\n"
        "assert os.path.exists('a.png') and os.path.isfile(os.path.abspath('a.png'))\n"
        "assert os.path.exists(Path('a.png')) and not os.path.exists('b.png')\n"
    ),
    "a folder that is there": "plt.plot([1, 2])\nassert os.path.exists(os.path.dirname(os.__file__))\n",
}


@pytest.mark.parametrize("script", HABITS.values(), ids=HABITS)
def test_a_harmless_habit_costs_no_repair(studio: Studio, script: str) -> None:
    drawing = studio.draw(DRAW + script)
    assert isinstance(drawing, Drawing), drawing
