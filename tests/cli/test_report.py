"""`irloom report` writes one page, and says where it is."""

from pathlib import Path

import pytest

from irloom.cli.main import main
from support.small_run import SmallRun, draw_image


def test_the_page_lies_in_the_run_unless_another_place_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = SmallRun(tmp_path / "run")
    run.add("1", draw_image(1), ["A dog."])
    assert main(["report", str(run.root)]) == 0
    assert capsys.readouterr().out == f"1 samples are in {run.root / 'report.html'}: open it in a browser.\n"
    assert main(["report", str(run.root), "--out", str(tmp_path / "new" / "page.html")]) == 0
    assert (tmp_path / "new/page.html").read_bytes() == (run.root / "report.html").read_bytes()


def test_a_folder_without_a_run_is_one_message(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", str(tmp_path)]) == 2
    assert "holds no run" in capsys.readouterr().err
