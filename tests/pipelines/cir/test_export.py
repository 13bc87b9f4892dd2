"""`irloom export --format edir` writes a data set and says what became of the edits."""

import json
import random
from dataclasses import replace
from pathlib import Path

import pytest

from irloom.cli.main import main
from irloom.sources.edir import check_edir, read_edir
from support.cir import Made, color, make_run, make_seeds
from support.photos import make_photo


@pytest.fixture
def run(tmp_path: Path) -> Path:
    edits = (color(1, "red"), color(2, "green"), color(3, "red"), Made(4, ((1, "blue"), (2, "blue"))))
    return make_run(tmp_path / "run", make_seeds("1", "2", edits=edits), quotas={"complex": 1})


def export(run: Path, out: Path, *options: str) -> int:
    """Edits of these runs were judged by nobody."""
    return main(["export", str(run), "--format", "edir", "--out", str(out), "--unjudged", *options])


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


def test_a_query_says_which_photograph_its_seed_is_and_where_it_comes_from(tmp_path: Path) -> None:
    photo, other = make_photo(1), make_photo(2)
    seeds = {
        "1": (photo, [color(1, "red")]),
        "2": (other, [color(1, "red")]),
        "twin": (photo, [color(2, "green")]),
    }
    run, out = make_run(tmp_path / "run", seeds), tmp_path / "out"
    assert export(run, out) == 0
    lines = [json.loads(line) for line in (out / "queries.jsonl").read_text("utf-8").splitlines()]
    about = {line["id"]: line["metadata"] for line in lines}
    assert {name: one["group"] for name, one in about.items()} == {"1_1": "1", "2_1": "2", "twin_2": "1"}
    assert {one["licence"] for one in about.values()} == {"unknown"}
    assert json.loads(about["1_1"]["provenance"])["flow"] == "cir"
    assert (out / "recipe" / "run.json").is_file()
    names = [json.loads(line)["source"] for line in (out / "attribution.jsonl").read_text().splitlines()]
    assert names == ["1", "2", "twin"]


def test_edits_of_photographs_without_a_licence_that_was_asked_for_are_left_out(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert export(run, tmp_path / "out", "--licence", "by") == 0
    assert "8 edits have no licence of by." in capsys.readouterr().out
    assert (tmp_path / "out" / "queries.jsonl").read_text() == ""


def test_edits_that_nobody_judged_stay_out_unless_asked_for(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["--format", "edir", "--out", str(tmp_path / "out")]
    assert main(["export", str(run), *command]) == 2
    assert f"None of the 8 edits of {run} was judged by a model" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
    edits = (color(1, "red"), replace(color(2, "green"), outcome="accepted"))
    mixed = make_run(tmp_path / "mixed", make_seeds("1", "2", edits=edits))
    assert main(["export", str(mixed), *command]) == 0
    assert "2 edits that nobody judged were left out: --unjudged takes them." in capsys.readouterr().out
    lines = [json.loads(line) for line in (tmp_path / "out" / "queries.jsonl").read_text().splitlines()]
    assert [line["metadata"]["outcome"] for line in lines] == ["accepted"] * 2
    assert json.loads((tmp_path / "out" / "dataset.json").read_text())["unjudged"] == 2
    assert main(["export", str(mixed), *command, "--unjudged"]) == 0
    assert len((tmp_path / "out" / "queries.jsonl").read_text().splitlines()) == 4


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"quotas"', b'"puotas"'),
        (b'"seed": 0', b'"seed": x'),
        (b'"seed": 0', b'"seed": -'),
        (b"cir", b"cis"),
    ],
)
def test_settings_that_were_changed_are_a_message(
    old: bytes, new: bytes, run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    about = run / "run.json"
    content = about.read_bytes()
    assert old in content
    about.write_bytes(content.replace(old, new))
    assert export(run, tmp_path / "out") == 2
    said = capsys.readouterr().err
    assert str(run) in said
    assert not (tmp_path / "out").exists()


def test_no_flipped_bit_of_the_settings_is_a_bug(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    about, draw, codes = run / "run.json", random.Random(1), []
    content = about.read_bytes()
    for _ in range(60):
        place = draw.randrange(len(content))
        flipped = bytes([content[place] ^ 1 << draw.randrange(8)])
        about.write_bytes(content[:place] + flipped + content[place + 1 :])
        codes.append(export(run, tmp_path / "out", "--force"))
        said = capsys.readouterr().err
        assert codes[-1] in {0, 1, 2}, f"byte {place}: {said}"
        assert bool(said) or not codes[-1]
    assert codes.count(2) > 10, "some of it is no settings any more"
