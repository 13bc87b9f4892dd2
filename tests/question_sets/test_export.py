"""A part of a set becomes instructions, and says what must not be met."""

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from PIL import Image

from irloom.cli.main import main
from irloom.errors import UserError
from irloom.pipelines.evaluate.sets.asks import make_item, pose
from irloom.prompts import Prompts
from irloom.question_sets.builder import Drafted
from irloom.question_sets.export import Form, export_set
from irloom.question_sets.ledger import Ledger, Source
from irloom.question_sets.reader import open_set
from irloom.question_sets.writer import write_set
from irloom.shots import Mark
from support.spots import SPOTS, SpotSettings, build


def test_the_train_part_alone_is_written_with_the_digest_that_must_not_be_met(
    spots: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert main(["export", str(spots), "--part", "train", "--format", "llava", "--out", str(out)]) == 0
    about = open_set(spots).about
    rows = json.loads((out / "data/train.json").read_text("utf-8"))
    assert {row["id"] for row in rows} == {one.id for one in open_set(spots).iterate("train")}
    said = json.loads((out / "export.json").read_text("utf-8"))
    assert said["holds"] == {"train": about.parts["train"]}
    assert said["must_not_meet"] == {"test": about.parts["test"]}
    assert about.parts["test"] in capsys.readouterr().out
    assert about.parts["test"] in (out / "README.md").read_text("utf-8")


@pytest.mark.parametrize("form", ["llava", "sharegpt", "messages"])
def test_each_form_names_pictures_that_lie_in_the_folder(spots: Path, tmp_path: Path, form: Form) -> None:
    out = tmp_path / "out"
    export_set(open_set(spots), "train", form, out)
    (path,) = (out / "data").iterdir()
    text = path.read_text("utf-8")
    rows = [json.loads(line) for line in text.splitlines()] if form == "messages" else json.loads(text)
    for row in rows:
        names = [row["image"]] if form == "llava" else row["images"]
        assert all((out / name).is_file() for name in names)
        turns = row.get("messages") or row["conversations"]
        assert sum("<image>" in str(turn) for turn in turns) == len(names) == 1
    assert (out / "dataset_info.json").is_file() == (form == "sharegpt")


@pytest.mark.parametrize("form", ["llava", "sharegpt", "messages", "parquet"])
def test_each_row_says_where_it_is_from(spots: Path, tmp_path: Path, form: Form) -> None:
    found, out = open_set(spots), tmp_path / "out"
    export_set(found, "train", form, out)
    (path,) = (out / "data").iterdir()
    if form == "parquet":
        rows = pq.read_table(path).to_pylist()
    else:
        text = path.read_text("utf-8")
        rows = [json.loads(line) for line in text.splitlines()] if form == "messages" else json.loads(text)
    asked = {one.id: one for one in found.iterate("train")}
    assert {row["id"] for row in rows} == asked.keys()
    for row in rows:
        said, question = json.loads(row["provenance"]), asked[row["id"]].model_dump(mode="json")
        assert {name: said[name] for name in ("source", "group", "truth", "task", "images")} == {
            name: question[name] for name in ("source", "group", "truth", "task", "images")
        }
        assert (said["set"], said["part"]) == (found.about.builder, "train")
        assert said["digest"] == found.about.parts["train"]
        assert "answer" not in said, "the conversation says it"


def test_a_licence_is_that_of_the_set_which_the_picture_is_from(tmp_path: Path) -> None:
    def name_sources(settings: SpotSettings, ledger: Ledger) -> Iterator[Drafted]:
        for name, licence in (("other", "none of theirs"), ("spots", "CC BY 4.0")):
            ledger.add_source(Source(name=name, sha256="0" * 64, licence=licence))
        yield from build(settings, ledger)

    write_set(tmp_path / "set", replace(SPOTS, build=name_sources), SpotSettings(pictures=6))
    found = open_set(tmp_path / "set")
    assert {found.about.find_licence(one) for one in found.iterate("train")} == {"CC BY 4.0"}
    nameless = next(found.iterate("train")).model_copy(update={"source": "elsewhere/1"})
    assert found.about.find_licence(nameless) is None


def test_a_question_is_put_as_the_evaluation_puts_it(spots: Path, tmp_path: Path) -> None:
    export_set(open_set(spots), "train", "messages", tmp_path / "out")
    said = {one.id: one for one in open_set(spots).iterate("train")}
    prompts = Prompts.load()
    for line in (tmp_path / "out/data/train.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        (posed,) = pose(make_item(said[row["id"]], {}), None)
        wanted = prompts.render(posed.prompt, **posed.fields).user
        assert row["messages"][0]["content"] == f"<image>\n{wanted}"


def test_answers_are_told_in_the_form_that_is_asked_for(spots: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    export_set(open_set(spots), "train", "messages", out)
    said = {one.id: one for one in open_set(spots).iterate("train")}
    for line in (out / "data/train.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        question, answer = said[row["id"]], row["messages"][1]["content"]
        expected = {
            "temperature": f"{question.answer} °C",
            "difference": f"{question.answer} K",
        }
        assert answer == expected.get(question.kind, question.answer)


def test_parquet_holds_the_pictures(spots: Path, tmp_path: Path) -> None:
    export_set(open_set(spots), "test", "parquet", tmp_path / "out", ["count"])
    table = pq.read_table(tmp_path / "out/data/test-00000-of-00001.parquet").to_pylist()
    assert {row["task"] for row in table} == {"count"}
    with Image.open(io.BytesIO(table[0]["images"][0]["bytes"])) as picture:
        assert picture.size == (64, 64)
    assert [block["type"] for block in table[0]["messages"][0]["content"]] == ["image", "text"]


def test_marks_are_drawn_as_the_evaluation_draws_them(tmp_path: Path) -> None:
    def mark(settings: SpotSettings, ledger: Ledger) -> Iterator[Drafted]:
        for one in build(settings, ledger):
            shot = one.draft.images[0].model_copy(update={"marks": (Mark(point=(30, 30)),)})
            is_point = one.draft.task == "point"
            yield one._replace(draft=one.draft.model_copy(update={"images": (shot,)})) if is_point else one

    write_set(tmp_path / "set", replace(SPOTS, build=mark), SpotSettings(pictures=6))
    export_set(open_set(tmp_path / "set"), "train", "messages", tmp_path / "out")
    rows = [json.loads(line) for line in (tmp_path / "out/data/train.jsonl").read_text().splitlines()]
    shown = {row["id"]: (tmp_path / "out" / row["images"][0]).read_bytes() for row in rows}
    number = next(iter(shown)).partition("-")[0]
    assert shown[f"{number}-point"] != shown[f"{number}-count"] == shown[f"{number}-shape"]


def test_two_exports_are_the_same_to_the_byte(spots: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        export_set(open_set(spots), "train", "llava", tmp_path / name)
    one, two = (
        {str(path.relative_to(tmp_path / name)): path.read_bytes() for path in (tmp_path / name).rglob("*.*")}
        for name in ("one", "two")
    )
    assert one == two


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ([], "--part is missing"),
        (["--part", "train", "--task", "flying"], "--task flying: the set has count"),
        (["--part", "train", "--split", "train=1"], "--split is not for question sets"),
        (["--part", "train", "--absolute"], "--absolute is not for question sets"),
    ],
)
def test_what_a_set_cannot_do_is_refused(
    spots: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], more: list[str], message: str
) -> None:
    options = ["--format", "llava", "--out", str(tmp_path / "out"), *more]
    assert main(["export", str(spots), *options]) == 2
    assert message in capsys.readouterr().err


def test_a_folder_of_somebody_else_is_left_alone(spots: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("dear")
    with pytest.raises(UserError, match=r"'mine.txt', which no export made"):
        export_set(open_set(spots), "train", "llava", tmp_path)
