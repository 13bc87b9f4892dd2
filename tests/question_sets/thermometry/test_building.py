"""Temperature questions follow from radiometric files, and a second reader gives the same answers."""

import shutil
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from irloom.cli.main import main
from irloom.errors import ConfigError
from irloom.question_sets.guesses import is_near
from irloom.question_sets.reader import open_set
from irloom.question_sets.record import Question
from irloom.question_sets.thermometry import builder
from irloom.question_sets.thermometry.settings import TASKS, ThermometrySettings
from irloom.question_sets.writer import write_set
from question_sets.thermometry.conftest import Made
from support.thermal_files import make_jpeg, make_rjpeg
from support.thermometry import Witness, make_blocks, write_files


def pick(made: Made, *tasks: str) -> list[Question]:
    found = [one for one in made.questions if one.task in tasks]
    assert found, tasks
    return found


def test_every_task_is_made(made: Made) -> None:
    assert {one.task for one in made.questions} == set(TASKS)


def test_another_reader_gives_the_same_answer_to_every_question(made: Made) -> None:
    checked = Counter[str]()
    for one in made.questions:
        if one.task.startswith(("anomaly", "bar")):
            continue
        right = Witness(one, made.known[one.source]).answer()
        said = one.options.get(one.answer, one.answer)
        if isinstance(right, float):
            assert float(said) == pytest.approx(right, abs=0.06), (one.id, one.question)
        else:
            assert said == right, (one.id, one.question)
        checked[one.task] += 1
    assert len(checked) == 12
    assert min(checked.values()) >= 8


def test_the_picture_read_by_its_own_bar_shows_the_answer(made: Made) -> None:
    for one in pick(made, "point_marker"):
        pixels = np.asarray(Image.open(made.out / "images" / one.images[0].name)).astype(int)
        rendered = one.truth["rendered"]
        left, top, right, bottom = rendered["bar_area"]
        is_upright = rendered["bar"] in {"left", "right"}
        bar = pixels[top:bottom, left][::-1] if is_upright else pixels[top, left:right]
        point = one.images[0].marks[0].point
        assert point is not None
        nearest = np.abs(bar - pixels[int(point[1]), int(point[0])]).sum(axis=1).argmin()
        low, high = one.truth["scale"]
        shown = low + (high - low) * nearest / (len(bar) - 1)
        assert shown == pytest.approx(float(one.answer), abs=1.0), one.id


def test_the_ends_of_the_bar_answer_no_question_but_that_for_them(made: Made) -> None:
    temperatures = [one for one in made.questions if one.kind == "temperature"]
    for one in temperatures:
        near = [end for end in one.truth["scale"] if is_near(end, one)]
        assert bool(near) == one.task.startswith("bar_"), one.id
    hot = [one for one in pick(made, "region_max", "anomaly_max") if float(one.answer) > 43]
    beyond = {round(one.truth["scale"][1] - 44.001, 1) for one in hot}
    assert len(beyond) > 3, "how far the bar goes beyond the hottest is drawn, too"


def test_numbers_are_asked_under_an_even_bar_alone_and_what_is_drawn_varies(made: Made) -> None:
    for one in made.questions:
        if one.kind in {"temperature", "difference"} or one.task.startswith("above"):
            assert one.truth["rendered"]["stretch"] == "linear"
    looks = [one.truth["rendered"] for one in made.questions]
    assert {one["bar"] for one in looks} == {"left", "right", "top", "bottom"}
    assert {one["stretch"] for one in looks} == {"linear", "percentile", "plateau"}
    assert len({one["palette"] for one in looks}) > 6


def test_places_that_are_compared_differ_by_more_than_noise(made: Made) -> None:
    for one in pick(made, "warmer", "ranking", "hottest_place", "difference"):
        measured = sorted((place["celsius"] for place in one.truth["places"].values()), reverse=True)
        gaps = -np.diff(measured)
        assert (gaps[:1] if one.task == "hottest_place" else gaps).min() >= 2, one.id


def test_a_limit_is_asked_twice_once_with_each_answer(made: Made) -> None:
    groups: dict[str | None, list[Question]] = {}
    for one in pick(made, "above_point", "above_region"):
        groups.setdefault(one.strict_group, []).append(one)
    for some in groups.values():
        assert {one.answer for one in some} == {"yes", "no"}
        assert len({one.question for one in some}) == 1


def test_bar_ends_are_those_that_are_written(made: Made) -> None:
    for one in pick(made, "bar_max", "bar_min"):
        ticks = one.truth["rendered"]["ticks_c"]
        assert float(one.answer) == (max(ticks) if one.task == "bar_max" else min(ticks))


def test_a_set_built_twice_is_the_same_to_the_byte_wherever_the_files_lie(made: Made, tmp_path: Path) -> None:
    shutil.copytree(made.root, tmp_path / "elsewhere")
    shutil.copytree(made.masks, tmp_path / "masks")
    again = ThermometrySettings(root=tmp_path / "elsewhere", masks=tmp_path / "masks", mask_name="hot cell")
    write_set(tmp_path / "set", builder, again)
    files = sorted(path.relative_to(made.out) for path in made.out.rglob("*") if path.is_file())
    assert files == sorted(
        path.relative_to(tmp_path / "set") for path in (tmp_path / "set").rglob("*") if path.is_file()
    )
    for name in files:
        assert (made.out / name).read_bytes() == (tmp_path / "set" / name).read_bytes(), name


def test_another_seed_asks_about_other_places(made: Made, tmp_path: Path) -> None:
    settings = ThermometrySettings(root=made.root, tasks=("point_marker",), seed=1)
    write_set(tmp_path / "set", builder, settings)
    others = {one.id: one.images for one in open_set(tmp_path / "set").iterate()}
    assert all(others[one.id] != one.images for one in pick(made, "point_marker"))


def test_files_and_their_twins_are_in_one_part(tmp_path: Path) -> None:
    known = write_files(tmp_path / "files", 9)
    for number in range(9):  # a second picture of the same scene, one count warmer
        (tmp_path / "files" / f"again-{number}.jpg").write_bytes(make_rjpeg(make_blocks(number) + 1))
    write_set(tmp_path / "set", builder, ThermometrySettings(root=tmp_path / "files", per_file=1))
    groups: dict[str, set[tuple[str, str]]] = {}
    for one in open_set(tmp_path / "set").iterate():
        number = int(one.source.removeprefix("again-").removesuffix(".jpg"))
        groups.setdefault(str(number), set()).add((one.group, one.part))
    assert len(groups) == len(known)
    assert all(len(found) == 1 for found in groups.values())
    assert {part for found in groups.values() for _, part in found} == {"train", "test"}


def test_files_that_cannot_be_read_are_counted_and_each_is_named_with_its_reason(tmp_path: Path) -> None:
    root = tmp_path / "files"
    write_files(root, 2)
    (root / "photo.jpg").write_bytes(make_jpeg())
    (root / "cut.jpg").write_bytes(make_rjpeg()[:4000])
    (root / "notes.txt").write_text("nothing")
    write_set(tmp_path / "set", builder, ThermometrySettings(root=root, tasks=("point_marker",)))
    about = open_set(tmp_path / "set").about
    assert about.figures["files that cannot be read"].keys() == {"cut.jpg", "photo.jpg"}
    assert "holds no temperatures" in about.figures["files that cannot be read"]["photo.jpg"]
    assert str(tmp_path) not in (tmp_path / "set" / "set.json").read_text("utf-8")
    (remark,) = about.remarks
    assert remark.count == 2
    assert about.sources[0].images == 2


def test_a_folder_without_a_file_that_can_be_read_is_refused_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    with pytest.raises(ConfigError, match="no question could be made"):
        write_set(tmp_path / "set", builder, ThermometrySettings(root=tmp_path / "files"))
    Image.fromarray(np.full((40, 40), np.nan, dtype=np.float32)).save(tmp_path / "files" / "empty.tiff")
    thermal = {"scale": 1.0, "unit": "C"}
    settings = ThermometrySettings.model_validate({"root": tmp_path / "files", "thermal": thermal})
    with pytest.raises(ConfigError, match=r"1 × files without temperatures .*empty.tiff"):
        write_set(tmp_path / "set", builder, settings)


def test_a_picture_without_clear_places_is_left_out_with_the_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path / "files"
    write_files(root, 1)
    (root / "even.jpg").write_bytes(make_rjpeg(np.full((72, 96), 16_000, dtype=np.uint16)))
    more = ["--tasks", "warmer,ranking", "--out", str(tmp_path / "set")]
    assert main(["build", "thermometry", "--root", str(root), *more]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "2 × warmer left out: no places are far enough apart" in said
    assert {one.source for one in open_set(tmp_path / "set").iterate()} == {"000.jpg"}


def test_a_range_so_wide_that_a_colour_hides_what_is_asked_is_left_out(tmp_path: Path) -> None:
    celsius = np.full((72, 96), 20, dtype=np.float32)
    celsius[:36, :48], celsius[40:, 60:] = 300, 580
    (tmp_path / "files").mkdir()
    Image.fromarray(celsius).save(tmp_path / "files" / "flame.tiff")
    thermal = {"scale": 1.0, "unit": "C"}
    write_set(
        tmp_path / "set",
        builder,
        ThermometrySettings.model_validate({"root": tmp_path / "files", "thermal": thermal}),
    )
    tasks = {one.task for one in open_set(tmp_path / "set").iterate()}
    assert {"bar_max", "bar_min", "hottest_quarter", "warmer"} <= tasks
    assert tasks <= {"bar_max", "bar_min", "hottest_quarter", "warmer", "ranking", "hottest_place"}
    whats = {one.what for one in open_set(tmp_path / "set").about.remarks}
    assert "point_marker left out: one colour stands for more than 0.5 K" in whats


def test_temperatures_that_were_not_measured_are_never_asked(tmp_path: Path) -> None:
    celsius = np.where(np.arange(96) < 48, 12.0, 30.0).repeat(72).reshape(96, 72).T.astype(np.float32)
    celsius[:, 20:76] = np.nan
    (tmp_path / "files").mkdir()
    Image.fromarray(celsius).save(tmp_path / "files" / "holes.tiff")
    thermal = {"scale": 1.0, "unit": "C"}
    settings = {"root": tmp_path / "files", "thermal": thermal, "per_file": 6}
    write_set(tmp_path / "set", builder, ThermometrySettings.model_validate(settings))
    asked = list(open_set(tmp_path / "set").iterate())
    assert {one.task for one in asked} >= {"point_marker", "region_mean", "warmer"}
    for one in asked:
        if one.task in {"point_marker", "point_coordinates", "region_mean"}:
            assert float(one.answer) in {12.0, 30.0}
