"""The texts of a figure come with what they are and where they lie: as the pixels show."""

import io
import math

import numpy as np
import pytest
from PIL import Image

from irloom.drawings import Drawing, DrawnText
from support.drawing import Studio

START = "import matplotlib.pyplot as plt\nimport numpy as np\n"


def draw(studio: Studio, script: str) -> Drawing:
    drawing = studio.draw(START + script)
    assert isinstance(drawing, Drawing), drawing
    return drawing


def find(drawing: Drawing, text: str) -> DrawnText:
    found = [drawn for drawn in drawing.texts if drawn.text == text]
    assert len(found) == 1, [drawn.text for drawn in drawing.texts]
    return found[0]


def find_ink(drawing: Drawing) -> tuple[float, float, float, float]:
    """The box around everything that is not white, as fractions."""
    with Image.open(io.BytesIO(drawing.png)) as image:
        dark = np.asarray(image.convert("L")) < 200
    rows, columns = np.flatnonzero(dark.any(axis=1)), np.flatnonzero(dark.any(axis=0))
    height, width = dark.shape
    return columns[0] / width, rows[0] / height, (columns[-1] + 1) / width, (rows[-1] + 1) / height


SETTINGS = {
    "plainly": "savefig('x.png')",
    "at another resolution": "savefig('x.png', dpi=37)",
    "cut to what is drawn": "savefig('x.png', bbox_inches='tight')",
    "cut with a margin": "savefig('x.png', bbox_inches='tight', pad_inches=1.5, dpi=130)",
    "shown": "show()",
}


@pytest.mark.parametrize("saving", SETTINGS.values(), ids=SETTINGS)
@pytest.mark.parametrize("angle", [0, 30, 90, 200])
def test_a_box_lies_where_the_ink_is(studio: Studio, saving: str, angle: int) -> None:
    script = f"plt.figure(figsize=(5, 4)).text(0.3, 0.4, 'HHHHHH', rotation={angle}, size=20)\nplt.{saving}"
    drawing = draw(studio, script)
    text = find(drawing, "HHHHHH")
    assert text.rotation == angle
    ink = find_ink(drawing)
    em_x, em_y = text.font_px / drawing.width, text.font_px / drawing.height
    for place, (side, edge) in enumerate(zip(text.box, ink, strict=True)):
        em, pixel = (em_y, 1 / drawing.height) if place % 2 else (em_x, 1 / drawing.width)
        outwards = edge - side if place < 2 else side - edge
        assert -0.1 * em - 1.5 * pixel < outwards < 0.4 * em, (text.box, ink)


@pytest.mark.parametrize("angle", [0, 30, 45, 90, 135, 250])
def test_the_corners_are_those_of_the_slanted_text(studio: Studio, angle: int) -> None:
    drawing = draw(studio, f"plt.figure(figsize=(5, 5)).text(0.5, 0.5, 'HHHHHH', rotation={angle}, size=20)")
    text = find(drawing, "HHHHHH")
    (x1, y1), (x2, y2), (x3, y3), (x4, y4) = text.corners
    level = find(draw(studio, "plt.figure(figsize=(5, 5)).text(0.5, 0.5, 'HHHHHH', size=20)"), "HHHHHH")
    assert math.hypot(x2 - x1, y2 - y1) == pytest.approx(level.box[2] - level.box[0], abs=0.01)
    assert math.hypot(x4 - x1, y4 - y1) == pytest.approx(level.box[3] - level.box[1], abs=0.01)
    assert math.degrees(math.atan2(y1 - y2, x2 - x1)) % 360 == pytest.approx(angle, abs=0.5)
    around = (min(x1, x2, x3, x4), min(y1, y2, y3, y4), max(x1, x2, x3, x4), max(y1, y2, y3, y4))
    assert around == pytest.approx(text.box, abs=0.01)


def test_every_text_is_said_to_be_what_it_is(studio: Studio) -> None:
    drawing = draw(
        studio,
        "fig, (a, b) = plt.subplots(1, 2)\n"
        "fig.suptitle('Both'); fig.supxlabel('below'); fig.text(0.1, 0.9, 'free')\n"
        "a.plot([1, 2], label='line'); a.legend(title='Key')\n"
        "a.set_title('Left'); a.set_title('corner', loc='left')\n"
        "a.set_xlabel('time'); a.set_ylabel('place')\n"
        "a.text(0.5, 1.5, 'word'); a.annotate('note', (0, 1), (0.5, 1.2), arrowprops={})\n"
        "a.set_xticks([0, 1], ['zero', 'one'])\n"
        "b.table([['cell']], loc='center'); b.inset_axes([0.5, 0.5, 0.4, 0.4]).set_title('inset')\n"
        "fig.legend(['all'])\n",
    )
    roles = {text.text: (text.role, text.axes) for text in drawing.texts if text.text[0].isalpha()}
    assert roles == {
        "Both": ("title", None),
        "below": ("axis_label", None),
        "free": ("text", None),
        "line": ("legend", 0),
        "Key": ("legend", 0),
        "Left": ("title", 0),
        "corner": ("title", 0),
        "time": ("axis_label", 0),
        "place": ("axis_label", 0),
        "word": ("text", 0),
        "note": ("annotation", 0),
        "zero": ("tick_label", 0),
        "one": ("tick_label", 0),
        "cell": ("table", 1),
        "inset": ("title", 2),
        "all": ("legend", None),
    }
    assert [axes.kind for axes in drawing.axes] == ["rectilinear"] * 3


def test_the_labels_of_three_axes_and_of_a_circle_are_found(studio: Studio) -> None:
    drawing = draw(
        studio,
        "fig = plt.figure()\nd = fig.add_subplot(121, projection='3d'); d.plot([1], [2], [3], 'o')\n"
        "d.set_zlabel('up'); d.text(1, 2, 3, 'peak')\n"
        "fig.add_subplot(122, projection='polar').plot([1, 2])",
    )
    assert (find(drawing, "up").role, find(drawing, "peak").role) == ("axis_label", "text")
    assert find(drawing, "45°").role == "tick_label"
    assert [axes.kind for axes in drawing.axes] == ["3d", "polar"]


def test_figures_in_a_figure_are_looked_into(studio: Studio) -> None:
    drawing = draw(
        studio,
        "a, b = plt.figure().subfigures(1, 2)\n"
        "a.suptitle('left'); b.text(0.5, 0.5, 'right'); a.subplots().plot([1])",
    )
    assert (find(drawing, "left").role, find(drawing, "right").role) == ("title", "text")


def test_axes_have_their_place(studio: Studio) -> None:
    drawing = draw(studio, "plt.figure().add_axes([0.1, 0.2, 0.5, 0.6]).plot([1])")
    assert drawing.axes[0].box == pytest.approx((0.1, 0.2, 0.6, 0.8))


OUTSIDE = {
    "inside": ("fig.text(0.5, 0.5, 'word')", True, False),
    "over the edge": ("fig.text(0.99, 0.5, 'word')", True, True),
    "off the canvas": ("fig.text(1.5, 0.5, 'word')", False, True),
    "outside its clip": ("ax.text(5, 0.5, 'word', clip_on=True)", False, True),
    "on the edge of its clip": ("ax.text(0.98, 0.5, 'word', clip_on=True)", True, True),
    "outside the axes, unclipped": ("ax.text(1.05, 0.5, 'word')", True, False),
    "transparent": ("fig.text(0.5, 0.5, 'word', alpha=0)", False, False),
}


@pytest.mark.parametrize(("script", "visible", "clipped"), OUTSIDE.values(), ids=OUTSIDE)
def test_what_is_cut_or_not_seen_is_said(studio: Studio, script: str, visible: bool, clipped: bool) -> None:
    drawing = draw(studio, f"fig, ax = plt.subplots()\nax.plot([0, 1])\nax.set_xlim(0, 1)\n{script}")
    text = find(drawing, "word")
    assert (text.visible, text.clipped) == (visible, clipped)


def test_only_what_is_drawn_is_listed(studio: Studio) -> None:
    script = (
        "ax = plt.gca()\nax.plot([0, 1])\nax.text(0.5, 0.5, 'hidden', visible=False)\n"
        "ax.text(0.5, 0.5, ' ')\nax.text(float('nan'), 0.5, 'nowhere')\nax.set_xticks([])\nax.set_yticks([])"
    )
    assert draw(studio, script).texts == ()


def test_mathematics_comes_as_given_and_written_out(studio: Studio) -> None:
    drawing = draw(
        studio,
        r"plt.plot([1e-9, 2e-9])" "\n" r"plt.title(r'$\theta = 30^\circ$')" "\n" r"plt.xlabel('5 $ and 6')",
    )
    assert find(drawing, r"$\theta = 30^\circ$").plain == "θ = 30°"
    assert find(drawing, "5 $ and 6").plain == "5 $ and 6"


def test_a_broken_text_is_not_lost_from_the_log(studio: Studio) -> None:
    drawing = draw(studio, "plt.plot([1])\nplt.title('\u4e2d')")
    assert "Glyph 20013" in drawing.log
