"""Q is the mean over the pictures that the seed draws, and over no others."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from irloom.errors import ConfigError
from irloom.question_sets.template import builder
from irloom.question_sets.template.building import TemplateSettings
from irloom.question_sets.template.quality import Rating, Sample, measure_quality, read_ratings
from irloom.question_sets.writer import write_set


def write(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    return path


def test_a_hundred_pictures_are_drawn_whatever_their_order() -> None:
    names = [f"{number:05d}" for number in range(1234)]
    one, other = Sample(0, "flir"), Sample(0, "flir")
    for name in names:
        one.add(name)
    for name in reversed(names):
        other.add(name)
    assert len(one.images) == 100
    assert one.images == other.images
    assert one.images != names[:100]


def test_another_seed_draws_others_and_a_small_set_gives_all() -> None:
    samples = [Sample(seed, "flir") for seed in (0, 1)]
    for sample in samples:
        for number in range(300):
            sample.add(str(number))
    assert samples[0].images != samples[1].images
    small = Sample(0, "rgbnir")
    small.add("a")
    assert small.images == ["a"]


def test_the_mean_is_over_the_drawn_pictures_alone() -> None:
    ratings = [Rating("flir", "a", 2.0), Rating("flir", "b", 4.0), Rating("flir", "c", 1.0)]
    found = measure_quality(ratings, {"flir": ["a", "b"], "llvip": ["x"]})
    assert {name: (one.mean, one.pictures) for name, one in found.items()} == {"flir": (3.0, 2)}


def test_a_drawn_picture_without_a_score_is_told() -> None:
    with pytest.raises(ConfigError, match="1 of the 2 pictures drawn of flir have no score, such as b"):
        measure_quality([Rating("flir", "a", 2.0)], {"flir": ["a", "b"]})


def test_a_mean_may_be_given_for_a_whole_set(tmp_path: Path) -> None:
    ratings = read_ratings([write(tmp_path / "q.csv", "set,score\nflir,3.25\n")])
    assert measure_quality(ratings, {"flir": ["a", "b"]})["flir"] == (3.25, 2)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("set,image\nflir,a\n", "its first line names the columns"),
        ("set,image,score\nflir,a,6\n", "line 2: '6' is no score"),
        ("set,image,score\nflir,a,nan\n", "line 2: 'nan' is no score"),
        ("set,image,score\nflir,a,good\n", "line 2: 'good' is no score"),
        ("set,image,score\nflir,a\n", "line 2: write 3 fields"),
        ("set,image,score\nflir,a,3\nflir,a,4\n", "line 3: a has a score already"),
    ],
)
def test_a_table_that_is_wrong_is_refused_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        read_ratings([write(tmp_path / "q.csv", text)])


def test_sets_are_scored_by_their_quality_and_kinds(roots: Mapping[str, Path], tmp_path: Path) -> None:
    table = write(tmp_path / "q.csv", "set,score\nflir,2.5\nrgbnir,4.5\nkaist,3\n")
    folders = {name: roots[name] for name in ("flir", "rgbnir", "lsotb")}
    write_set(tmp_path / "set", builder, TemplateSettings.model_validate({**folders, "quality": (table,)}))
    about = json.loads((tmp_path / "set" / "set.json").read_text())
    scores = {one["name"]: one for one in about["figures"]["dataset_scores"]}
    assert scores["flir"]["kinds"] == 6
    assert scores["rgbnir"]["kinds"] == 5
    assert scores["flir"]["printed"] == pytest.approx(0.4 * 2.5 + 0.6 * 6)
    assert (scores["flir"]["scaled"], scores["rgbnir"]["scaled"]) == (pytest.approx(0.6), pytest.approx(0.4))
    assert "lsotb has no dataset score: --quality does not name it." in about["said"]
    assert any("names kaist" in sentence for sentence in about["said"])
    assert len(about["figures"]["quality_sample"]["rgbnir"]) == 15


def test_two_tables_may_not_rate_one_set(tmp_path: Path) -> None:
    paths = [write(tmp_path / name, "set,score\nflir,3\n") for name in ("a.csv", "b.csv")]
    with pytest.raises(ConfigError, match=r"a\.csv and .*b\.csv both rate flir"):
        read_ratings(paths)


def test_replies_without_a_rating_leave_the_mean_of_the_others() -> None:
    ratings = [Rating("flir", "a", 2.0), Rating("flir", "b", None)]
    assert measure_quality(ratings, {"flir": ["a", "b"]})["flir"] == (2.0, 1)
    with pytest.raises(ConfigError, match="none of the 1 replies about flir"):
        measure_quality([Rating("flir", "a", None)], {"flir": ["a"]})


def test_a_failed_ask_is_told_otherwise_than_a_picture_that_was_not_drawn() -> None:
    failed = [Rating("flir", "a", 2.0), Rating("flir", "b", None, Path("RUN"))]
    with pytest.raises(ConfigError, match="such as b: ask again with `irloom resume RUN --retry-failed`"):
        measure_quality(failed, {"flir": ["a", "b"]})
    assert measure_quality(failed, {"flir": ["a"]})["flir"] == (2.0, 1)
