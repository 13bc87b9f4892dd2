import logging
import sys
import warnings

import pytest

from irloom.backends.quiet import hush_libraries


def test_nothing_of_the_block_reaches_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with hush_libraries():
        logging.getLogger("library").error("a log line")
        warnings.warn("a warning", UserWarning, stacklevel=1)
        sys.stderr.write("a progress bar")
        sys.stdout.write("a greeting")
    assert capsys.readouterr() == ("", "")


def test_errors_are_raised_and_everything_is_as_it_was_afterwards(capsys: pytest.CaptureFixture[str]) -> None:
    handlers, level = list(logging.getLogger().handlers), logging.root.manager.disable
    with pytest.raises(ValueError, match="wrong"), hush_libraries():
        raise ValueError("wrong")
    assert (list(logging.getLogger().handlers), logging.root.manager.disable) == (handlers, level)
    sys.stderr.write("heard again")
    assert capsys.readouterr().err == "heard again"
    with pytest.warns(UserWarning, match="heard"):
        warnings.warn("heard", UserWarning, stacklevel=1)


def test_the_first_log_line_of_a_library_leaves_no_printing_handler_behind(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    with hush_libraries():
        logging.info("open_clip does this")
    assert logging.getLogger().handlers == []
