"""Scripts of many kinds draw, wherever they mean to put the figure; one figure comes back, or none."""

import io

import pytest
from PIL import Image

from irloom.drawings import Drawing, DrawingFault
from support.drawing import Studio

START = "import matplotlib.pyplot as plt\nimport numpy as np\nx = np.linspace(0, 6, 30)\n"

HARMLESS = {
    "lines and a legend": "plt.plot(x, np.sin(x), '--o', label='sine')\nplt.legend()\nplt.grid()",
    "subplots": "fig, axs = plt.subplots(2, 3)\nfor ax in axs.flat: ax.plot(x)\nfig.tight_layout()",
    "constrained": "fig, axs = plt.subplots(2, layout='constrained')\naxs[0].imshow(np.eye(4))",
    "mosaic": "fig, axs = plt.subplot_mosaic('AB;CC')\naxs['C'].plot(x)",
    "3D": (
        "ax = plt.figure().add_subplot(projection='3d')\na, b = np.meshgrid(x, x)\n"
        "ax.plot_surface(a, b, np.sin(a) * b, cmap='viridis')\nax.set_zlabel('height')"
    ),
    "3D by an older import": (
        "from mpl_toolkits.mplot3d import Axes3D\nax = plt.figure().add_subplot(111, projection='3d')\n"
        "ax.scatter(x, x, x)"
    ),
    "polar": "plt.subplot(projection='polar').plot(x, x)",
    "mathtext": r"plt.text(0.5, 0.5, r'$\frac{\alpha^2}{\sqrt{2}} = \sum_{i=0}^n x_i$', fontsize=30)",
    "an image": "plt.imshow(np.random.rand(20, 20), cmap='hot')\nplt.colorbar(label='K')",
    "contours": (
        "a, b = np.meshgrid(x, x)\nplt.clabel(plt.contour(a, b, a * b))\nplt.contourf(a, b, a)"
    ),
    "patches": (
        "import matplotlib.patches as p\nax = plt.gca()\nax.add_patch(p.Circle((0, 0), 1, fill=False))\n"
        "ax.add_patch(p.Polygon([(0, 0), (1, 0), (0, 1)]))\nax.add_patch(p.FancyArrowPatch((0, 0), (1, 1)))\n"
        "ax.add_patch(p.Arc((0, 0), 1, 1, theta1=0, theta2=60))\nax.set_aspect('equal')\nax.axis('off')"
    ),
    "annotations": "plt.plot(x)\nplt.annotate('here', (3, 1), (10, 4), arrowprops={'arrowstyle': '->'})",
    "twin axes": "plt.plot(x)\nax = plt.twinx()\nax.plot(x ** 2, 'r')\nax.set_ylabel('squared')",
    "random numbers": "plt.scatter(np.random.normal(size=50), np.random.default_rng().normal(size=50))",
    "error bars": "plt.errorbar(x, x, yerr=0.2, xerr=0.1, capsize=3)",
    "fillings": "plt.fill_between(x, np.sin(x), alpha=0.3, hatch='//')",
    "bars and labels": "b = plt.bar(['a', 'b'], [1, 2])\nplt.bar_label(b)",
    "a histogram": "plt.hist(np.random.randn(100), bins=20)",
    "a pie": "plt.pie([1, 2, 3], labels=['a', 'b', 'c'], autopct='%d%%')",
    "a table": "plt.table([['1', '2'], ['3', '4']], loc='center')\nplt.axis('off')",
    "boxes and violins": "plt.boxplot([x, x * 2])\nplt.violinplot(x)",
    "arrows": "a, b = np.meshgrid(x, x)\nplt.quiver(a, b, a, b)\nplt.streamplot(a, b, a, b)",
    "stems, steps, spans": "plt.stem(x, x)\nplt.step(x, x)\nplt.axvspan(1, 2)\nplt.axhline(3)",
    "logarithms": "plt.loglog(x + 1, x + 1)",
    "dates": "import datetime as d\nplt.plot([d.date(2020, 1, n) for n in (1, 2, 3)], [1, 2, 3])",
    "fonts": (
        "plt.rcParams['font.family'] = 'serif'\nplt.rcParams['mathtext.fontset'] = 'cm'\n"
        "plt.title('$x^2$')\nplt.plot(x)"
    ),
    "large text": "plt.plot(x)\nplt.title('A very large title', fontsize=60)\nplt.xlabel('x ' * 80)",
    "a style": "plt.style.use('ggplot')\nplt.plot(x)",
    "xkcd": "plt.xkcd()\nplt.plot(x)",
    "a figure by itself": (
        "from matplotlib.figure import Figure\nf = Figure()\nf.subplots().plot(x)\nf.savefig('a.png')"
    ),
    "another canvas": (
        "from matplotlib.backends.backend_pdf import FigureCanvasPdf\nfrom matplotlib.figure import Figure\n"
        "f = Figure()\nFigureCanvasPdf(f)\nf.subplots().plot(x)\nf.savefig('a.pdf')"
    ),
    "subfigures": "f = plt.figure()\na, b = f.subfigures(1, 2)\na.subplots().plot(x)\nb.suptitle('right')",
    "insets": "ax = plt.gca()\nax.inset_axes([0.5, 0.5, 0.4, 0.4]).plot(x)",
    "an animation's frame": (
        "from matplotlib.animation import FuncAnimation\nf, ax = plt.subplots()\nline, = ax.plot(x)\n"
        "a = FuncAnimation(f, lambda i: line.set_ydata(x * i), frames=2)\nplt.show()"
    ),
    "a main function": "def main():\n    plt.plot(x)\n    plt.show()\nif __name__ == '__main__':\n    main()",
    "a backend named": "import matplotlib\nmatplotlib.use('Agg')\nplt.plot(x)",
    "an interactive mode": "plt.ion()\nplt.plot(x)\nplt.pause(0.01)\nplt.draw()",
    "text alone": "plt.figure().text(0.5, 0.5, 'only words')",
    "a folder made first": (
        "import os\nos.makedirs('out/in', exist_ok=True)\nplt.plot(x)\nplt.savefig('out/in/x.png')"
    ),
    "an exit": "plt.plot(x)\nplt.savefig('x.png')\nimport sys\nsys.exit(0)",
}  # fmt: skip


@pytest.mark.parametrize("script", HARMLESS.values(), ids=HARMLESS)
def test_a_harmless_script_draws(studio: Studio, script: str) -> None:
    drawing = studio.draw(START + script)
    assert isinstance(drawing, Drawing), drawing
    with Image.open(io.BytesIO(drawing.png)) as image:
        image.load()
        assert image.size == (drawing.width, drawing.height)
        assert image.info == {}
        assert len(set(image.convert("L").tobytes())) > 1
    assert drawing.svg is not None
    assert b"</svg>" in drawing.svg


SAVING = {
    "by a path": "plt.savefig('/any/path/at/all.png')",
    "by the figure": "plt.gcf().savefig('x.png', dpi=100)",
    "as a Path": "from pathlib import Path\nplt.savefig(Path.home() / 'x.png')",
    "as PDF": "plt.savefig('x.pdf')",
    "as SVG": "plt.savefig('x.svg')",
    "as JPEG": "plt.savefig('x.jpg')",
    "without a suffix": "plt.savefig('x')",
    "by a format": "plt.savefig('x', format='png', metadata={'Title': 'T'})",
    "by the canvas": "plt.gcf().canvas.print_figure('x.png')",
    "by showing": "plt.show()",
    "by showing, then closing": "plt.show()\nplt.close('all')",
    "by its own show": "plt.gcf().show()",
    "by leaving it open": "",
}


@pytest.mark.parametrize("script", SAVING.values(), ids=SAVING)
def test_a_figure_is_kept_however_it_is_put_away(studio: Studio, script: str) -> None:
    drawing = studio.draw(f"{START}plt.plot(x)\n{script}")
    assert isinstance(drawing, Drawing), drawing
    assert (drawing.width, drawing.height, drawing.figures) == (640, 480, 1)


def test_a_script_may_save_into_memory_and_go_on_with_the_bytes(studio: Studio) -> None:
    script = (
        "import io\nfrom PIL import Image\nbuffer = io.BytesIO()\nplt.plot(x)\n"
        "plt.gcf().savefig(buffer, format='png', dpi=50, facecolor='red')\n"
        "print(Image.open(buffer).size, Image.open(buffer).getpixel((0, 0)))"
    )
    drawing = studio.draw(START + script)
    assert isinstance(drawing, Drawing), drawing
    assert drawing.log == "(320, 240) (255, 0, 0, 255)"
    with Image.open(io.BytesIO(drawing.png)) as image:
        assert image.getpixel((0, 0)) == (255, 0, 0, 255)


def test_the_options_of_saving_shape_the_figure(studio: Studio) -> None:
    plain = studio.draw(f"{START}plt.plot(x)\nplt.savefig('x.png')")
    shaped = studio.draw(
        f"{START}plt.plot(x)\nplt.savefig('x.png', dpi=200, bbox_inches='tight', transparent=True)"
    )
    assert isinstance(plain, Drawing)
    assert isinstance(shaped, Drawing)
    assert shaped.width > 1.5 * plain.width
    assert shaped.width != 1280
    with Image.open(io.BytesIO(shaped.png)) as image:
        pixel = image.getpixel((0, 0))
        assert isinstance(pixel, tuple)
        assert pixel[3] == 0


SEVERAL = {
    "saved": (
        "plt.figure(); plt.title('first'); plt.plot(x); plt.savefig('1.png')\n"
        "plt.figure(); plt.title('second'); plt.plot(x); plt.savefig('2.png')\n"
        "plt.figure(); plt.title('third'); plt.plot(x)\nplt.show()",
        "second", 3,
    ),
    "shown": (
        "plt.figure(); plt.title('first'); plt.plot(x); plt.show(); plt.close()\n"
        "plt.figure(); plt.title('second'); plt.plot(x); plt.show(); plt.close()",
        "second", 2,
    ),
    "left open": (
        "a = plt.figure(); plt.title('first'); plt.plot(x)\nplt.figure(); plt.title('second'); plt.plot(x)\n"
        "plt.figure(a)",
        "first", 2,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("script", "title", "figures"), SEVERAL.values(), ids=SEVERAL)
def test_of_several_figures_the_last_one_is_taken_and_said(
    studio: Studio, script: str, title: str, figures: int
) -> None:
    drawing = studio.draw(START + script)
    assert isinstance(drawing, Drawing)
    assert [text.text for text in drawing.texts if text.role == "title"] == [title]
    assert drawing.figures == figures
    assert f"The script made {figures} figures; the last one that was " in drawing.log


NOTHING = {
    "no figure": ("x = 1", "ended without a figure"),
    "no code": ("", "ended without a figure"),
    "an empty figure": ("plt.figure()", "is empty"),
    "an empty figure, saved": ("plt.figure()\nplt.savefig('x.png')", "is empty"),
    "bare axes": ("plt.subplots(2)\nplt.show()", "is empty"),
    "a title and no more": ("plt.title('Nothing')\nplt.xlabel('x')", "is empty"),
    "a suptitle and no more": ("plt.figure().suptitle('Nothing')", "is empty"),
    "white on white": ("plt.plot(x, color='white')\nplt.axis('off')", "is empty"),
    "a figure that was closed": ("plt.plot(x)\nplt.close('all')", "ended without a figure"),
}


@pytest.mark.parametrize(("script", "said"), NOTHING.values(), ids=NOTHING)
def test_code_that_draws_nothing_has_no_figure(studio: Studio, script: str, said: str) -> None:
    fault = studio.draw(START + script)
    assert isinstance(fault, DrawingFault)
    assert fault.reason == "no_figure"
    assert said in fault.log


TOO_LARGE = {
    "by its size": "plt.figure(figsize=(600, 4), dpi=100)\nplt.plot(x)\nplt.savefig('x.png')",
    "by its resolution": "plt.plot(x)\nplt.savefig('x.png', dpi=5000)",
    "by what lies outside": (
        "plt.plot(x)\nplt.figtext(300, 0, 'far')\nplt.savefig('x.png', bbox_inches='tight')"
    ),
    "in all": "plt.figure(figsize=(80, 80), dpi=100)\nplt.plot(x)",
}


@pytest.mark.parametrize("script", TOO_LARGE.values(), ids=TOO_LARGE)
def test_a_figure_of_too_many_pixels_is_refused_with_its_size(studio: Studio, script: str) -> None:
    fault = studio.draw(START + script)
    assert isinstance(fault, DrawingFault)
    assert fault.reason == "bad_image"
    assert "choose a smaller figsize or dpi" in fault.log


IMPOSSIBLE = {
    "usetex": "plt.rcParams['text.usetex'] = True\nplt.title('x')\nplt.plot(x)",
    "an animated GIF": (
        "from matplotlib.animation import FuncAnimation\nf, ax = plt.subplots()\nline, = ax.plot(x)\n"
        "FuncAnimation(f, lambda i: line.set_ydata(x * i), frames=2).save('x.gif', writer='pillow')"
    ),
    "tempfile": "import tempfile\ntempfile.NamedTemporaryFile()",
    "a PDF of pages": (
        "from matplotlib.backends.backend_pdf import PdfPages\nplt.plot(x)\n"
        "with PdfPages('x.pdf') as pages: pages.savefig()"
    ),
    "a data file": "np.savetxt('x.csv', x)",
    "a process": "import subprocess\nsubprocess.run(['ls'])",
    "a thread": "import threading\nthreading.Thread(target=print).start()",
}


@pytest.mark.parametrize("script", IMPOSSIBLE.values(), ids=IMPOSSIBLE)
def test_what_cannot_be_had_fails_clearly(studio: Studio, script: str) -> None:
    fault = studio.draw(START + script)
    assert isinstance(fault, DrawingFault)
    assert fault.reason == "code_error"
    assert 'File "drawing.py", line' in fault.log or script.startswith("plt.rcParams")
    assert "Note: the sandbox lets nothing be written but figures" in fault.log


def test_a_format_that_does_not_exist_is_the_scripts_mistake(studio: Studio) -> None:
    fault = studio.draw(f"{START}plt.plot(x)\nplt.savefig('x.xyz')")
    assert isinstance(fault, DrawingFault)
    assert "format 'xyz' is not supported" in fault.log
