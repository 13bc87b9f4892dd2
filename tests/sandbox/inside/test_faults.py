"""What went wrong is told with the script's own lines, short enough for a prompt."""

from irloom.drawings import DrawingFault
from support.drawing import Studio


def fail(studio: Studio, script: str) -> str:
    fault = studio.draw(script)
    assert isinstance(fault, DrawingFault)
    assert fault.reason == "code_error"
    assert len(fault.log) <= 2000
    return fault.log


def test_an_error_is_told_with_its_line(studio: Studio) -> None:
    log = fail(studio, "x = 1\ndef f(y):\n    return y / 0\n\nf(x)\n")
    assert 'File "drawing.py", line 5, in <module>\n    f(x)' in log
    assert 'File "drawing.py", line 3, in f\n    return y / 0' in log
    assert log.endswith("ZeroDivisionError: division by zero")


def test_an_error_deep_in_a_library_is_told_by_the_line_that_called_it(studio: Studio) -> None:
    log = fail(studio, "import matplotlib.pyplot as plt\n\nplt.plot([1, 2], [1, 2, 3])")
    assert 'File "drawing.py", line 3' in log
    assert "(then in matplotlib/axes/_base.py, line" in log
    assert "x and y must have same first dimension" in log
    assert "site-packages" not in log


def test_an_error_that_shows_only_when_the_figure_is_drawn_is_told(studio: Studio) -> None:
    log = fail(studio, "import matplotlib.pyplot as plt\nplt.plot([1])\nplt.title(r'$\\frac{1$')")
    assert log.startswith("The script ran to its end, but its figure cannot be drawn:\nValueError")
    assert "Expected \\frac{num}{den}" in log


def test_a_script_that_is_not_python_is_told_where(studio: Studio) -> None:
    log = fail(studio, "import matplotlib\nplt.plot(]\n")
    assert 'File "drawing.py", line 2' in log
    assert "SyntaxError" in log


def test_a_long_error_keeps_its_end(studio: Studio) -> None:
    log = fail(studio, "def f(n):\n    return f(n + 1)\nprint('x' * 5000)\nf(0)")
    assert log.endswith("RecursionError: maximum recursion depth exceeded")


def test_what_was_printed_before_stands_before_the_error(studio: Studio) -> None:
    log = fail(studio, "import sys\nprint('one')\nprint('two', file=sys.stderr)\n1 / 0")
    assert log.startswith("one\ntwo\nTraceback")


def test_a_missing_module_is_told(studio: Studio) -> None:
    assert "No module named 'no_such_module'" in fail(studio, "import no_such_module")
    assert "No module named 'irloom.protocols'" in fail(studio, "import irloom.protocols")
