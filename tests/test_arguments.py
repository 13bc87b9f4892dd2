"""Options that the commands of several flows have refuse what they cannot use, before anything is read."""

import argparse

import pytest

from irloom.arguments import page_file, picture_file, resamples
from irloom.cli.main import main


@pytest.mark.parametrize(
    "command",
    [
        *(["bench", name, "RUN", "--report", "page.pdf"] for name in ("align", "ifbench", "template")),
        *(["bench", name, "RUN", "--plot", "plot.html"] for name in ("align", "ifbench", "scigen", "edir")),
        ["bench", "edir", "SET", "--report", "page"],
        ["doctor", "--source", "llvip", "--root", "LLVIP", "--plot", "plot.txt"],
    ],
)
def test_a_page_or_plot_under_an_odd_name_is_a_usage_error(
    command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stop:
        main(command)
    assert stop.value.code == 2
    assert f"{command[-1]}: name a file that ends in" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["align", "ifbench", "template"])
def test_a_run_beside_itself_is_a_usage_error(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["bench", name, "good", "poor", "poor/../good"])
    assert stop.value.code == 2
    assert "poor/../good is named twice: name each run once" in capsys.readouterr().err


def test_pages_and_plots_are_known_by_their_ends_in_any_case() -> None:
    assert page_file("a/b.HTML").name == "b.HTML"
    assert picture_file("b.svg").suffix == ".svg"
    with pytest.raises(argparse.ArgumentTypeError, match=r"\.html or \.htm"):
        page_file("b.png")


def test_too_few_resamples_are_refused() -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="too few for an interval"):
        resamples("99")
