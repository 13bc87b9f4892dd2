"""A set is read as it was built, or refused."""

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from irloom.errors import ConfigError
from irloom.question_sets.export import export_set
from irloom.question_sets.reader import digest_part, open_set


@pytest.fixture
def copy(spots: Path, tmp_path: Path) -> Path:
    return shutil.copytree(spots, tmp_path / "copy")


def test_a_set_is_read_part_by_part(spots: Path) -> None:
    found = open_set(spots)
    test, train = list(found.iterate("test")), list(found.iterate("train"))
    assert {one.part for one in test} == {"test"}
    assert len(test) + len(train) == len(list(found.iterate()))
    assert (found.images / test[0].images[0].name).is_file()


def test_a_part_is_digested_by_its_questions_and_pictures_alone(spots: Path) -> None:
    found = open_set(spots)
    test = list(found.iterate("test"))
    assert digest_part(reversed(test), found.about.images) == found.about.parts["test"]
    assert digest_part(test[1:], found.about.images) != found.about.parts["test"]
    other = {**found.about.images, test[0].images[0].name: "0" * 64}
    assert digest_part(test, other) != found.about.parts["test"]


def test_changed_questions_are_refused(copy: Path) -> None:
    path = copy / "questions.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"answer":"yes"', b'"answer":"no"', 1))
    with pytest.raises(ConfigError, match=r"questions.jsonl is not the file that was built"):
        open_set(copy)


@pytest.mark.parametrize("how", ["changed", "missing", "link"])
def test_a_changed_image_is_refused_by_its_name(copy: Path, how: str) -> None:
    path = copy / "images" / "spots" / "0003.png"
    other = path.with_name("0004.png")
    path.unlink()
    if how == "changed":
        shutil.copy(other, path)
    elif how == "link":
        path.symlink_to(other)
    with pytest.raises(ConfigError, match=r"1 of 30 images .* such as spots/0003.png"):
        open_set(copy)


def test_a_set_of_a_later_irloom_is_refused(copy: Path) -> None:
    about = json.loads((copy / "set.json").read_text("utf-8"))
    (copy / "set.json").write_text(json.dumps(about | {"format": 2}))
    with pytest.raises(ConfigError, match="format 2, and this irloom reads format 1"):
        open_set(copy)


def test_an_image_that_leads_out_of_the_set_is_refused(copy: Path) -> None:
    about = json.loads((copy / "set.json").read_text("utf-8"))
    about["images"]["../../secret.png"] = "0" * 64
    (copy / "set.json").write_text(json.dumps(about))
    with pytest.raises(ConfigError, match="leads out of the set"):
        open_set(copy)


def test_what_is_no_set_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"is no question set: .* Build one with `irloom build`"):
        open_set(tmp_path)


def rewrite(copy: Path, old: bytes, new: bytes) -> None:
    """Change the questions, and say so in `set.json` as whoever made a set could."""
    path = copy / "questions.jsonl"
    path.write_bytes(path.read_bytes().replace(old, new, 1))
    about = json.loads((copy / "set.json").read_text("utf-8"))
    about["questions"] = hashlib.sha256(path.read_bytes()).hexdigest()
    (copy / "set.json").write_text(json.dumps(about))


def test_a_question_that_shows_a_file_outside_of_the_set_is_refused(copy: Path, tmp_path: Path) -> None:
    rewrite(copy, b'"name":"spots/0000.png"', b'"name":"../../secret.png"')
    with pytest.raises(ConfigError, match=r"line 1 shows '../../secret.png', which is no image of the set"):
        export_set(open_set(copy), "train", "llava", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_line_that_is_no_question_is_refused_by_its_number(copy: Path) -> None:
    rewrite(copy, b'"kind":"number"', b'"kind":"riddle"')
    with pytest.raises(ConfigError, match=r"line 1 is no question: kind"):
        list(open_set(copy).iterate())


def test_a_folder_of_images_that_is_a_link_is_refused(copy: Path, tmp_path: Path) -> None:
    shutil.move(copy / "images", tmp_path / "elsewhere")
    (copy / "images").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ConfigError, match="30 of 30 images"):
        open_set(copy)


def test_an_id_that_stands_there_twice_is_refused_by_its_line(copy: Path) -> None:
    rewrite(copy, b'"id":"0001-count"', b'"id":"0000-count"')
    with pytest.raises(ConfigError, match=r"line 6 has the id '0000-count', which another line has already"):
        open_set(copy)


def test_a_task_of_two_kinds_is_refused_by_its_line(copy: Path) -> None:
    rewrite(copy, b'"id":"0001-count","task":"count"', b'"id":"0001-count","task":"many"')
    with pytest.raises(ConfigError, match=r"line 6 is of the kind 'number', and the task 'many' of another"):
        open_set(copy)


def test_a_question_that_could_not_be_scored_is_refused_before_it_is_asked(copy: Path) -> None:
    rewrite(copy, b'"answer":"yes"', b'"answer":"many"')
    with pytest.raises(ConfigError, match=r"is no question: .*neither yes nor no"):
        open_set(copy)


@pytest.mark.parametrize("parts", [{"train": "0" * 64}, {}])
def test_a_digest_that_is_not_that_of_its_part_is_refused(copy: Path, parts: dict[str, str]) -> None:
    about = json.loads((copy / "set.json").read_text("utf-8"))
    (copy / "set.json").write_text(json.dumps(about | {"parts": parts and about["parts"] | parts}))
    with pytest.raises(ConfigError, match="says another digest of the train part"):
        open_set(copy)
