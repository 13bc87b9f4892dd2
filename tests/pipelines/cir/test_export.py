"""`irloom export --format edir` writes a data set and says what became of the edits."""

from pathlib import Path

import pytest

from irloom.cli.main import main
from irloom.sources.edir import check_edir, read_edir
from support.cir import Made, color, make_run, make_seeds


@pytest.fixture
def run(tmp_path: Path) -> Path:
    edits = (color(1, "red"), color(2, "green"), color(3, "red"), Made(4, ((1, "blue"), (2, "blue"))))
    return make_run(tmp_path / "run", make_seeds("1", "2", edits=edits), quotas={"complex": 1})


def export(run: Path, out: Path, *options: str) -> int:
    return main(["export", str(run), "--format", "edir", "--out", str(out), *options])


def test_the_data_set_is_written_and_summed_up(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert export(run, out) == 0
    assert check_edir(read_edir(out)) == []
    assert capsys.readouterr().out.splitlines() == [
        f"5 queries over 5 images are in {out}.",
        "  color      4 of 6 (dropped: twin 2)",
        "  complex    1 of 2 (dropped: quota 1)",
        f"{out / 'dropped.jsonl'} says why for each.",
    ]


def test_references_are_added_on_request(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert export(run, tmp_path / "out", "--with-references") == 0
    assert "5 queries over 7 images, 2 of them references, are in" in capsys.readouterr().out


def test_a_query_that_is_alone_of_its_seed_is_spoken_of(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = make_run(tmp_path / "run", make_seeds("1", edits=[color(1, "red")]))
    assert export(run, tmp_path / "out") == 0
    assert "Queries without negatives, alone of their seed: 1." in capsys.readouterr().out


def test_an_empty_run_says_where_to_look(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = make_run(tmp_path / "run", {})
    assert export(run, tmp_path / "out") == 0
    said = capsys.readouterr().out
    assert "0 queries over 0 images" in said
    assert f"`irloom inspect {run}` says how the run stands." in said


@pytest.mark.parametrize(
    ("option", "name"),
    [
        (["--data", "pairs"], "--data"),
        (["--image-key", "image"], "--image-key"),
        (["--absolute"], "--absolute"),
    ],
)
def test_options_of_other_forms_are_refused(
    option: list[str], name: str, run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert export(run, tmp_path / "out", *option) == 2
    assert capsys.readouterr().err == f"irloom: {name} is not for --format edir.\n"
    assert not (tmp_path / "out").exists()


def test_references_are_for_this_form_alone(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = str(tmp_path / "out")
    assert main(["export", str(run), "--format", "llava", "--out", out, "--with-references"]) == 2
    assert "--with-references is for --format edir." in capsys.readouterr().err


def test_a_folder_that_is_somebody_elses_is_left_alone(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.tex").write_text("mine")
    assert export(run, tmp_path / "out") == 2
    assert "holds 'thesis.tex', which no export made" in capsys.readouterr().err
    assert (tmp_path / "out" / "thesis.tex").read_text() == "mine"
