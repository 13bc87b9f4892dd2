"""Pictures that somebody counted by hand are asked about as those of a set."""

from pathlib import Path

import pytest

from irloom.errors import ConfigError
from irloom.question_sets.template import builder
from irloom.question_sets.template.building import TemplateSettings
from irloom.question_sets.template.counts_file import read_counts
from irloom.question_sets.writer import write_set
from support.template_sets import write_noise


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("a.png", "b.jpg", "c.jpg", "c.png"):
        write_noise(tmp_path / "pictures" / "night" / name)
    return tmp_path / "pictures" / "night"


def write(folder: Path, text: str) -> Path:
    path = folder.parent / "counts.csv"
    path.write_text(text, "utf-8")
    return path


def test_numbers_of_each_column_are_read_and_an_empty_field_was_not_counted(folder: Path) -> None:
    told = list(read_counts(write(folder, "\ufeffimage,people,dogs\na,3,\nb.jpg, 0 ,2\n"), folder))
    assert [one.picture.id for one in told] == ["a.png", "b.jpg"]
    assert [one.counts for one in told] == [{"people": 3}, {"dogs": 2}]
    assert [one.classes for one in told] == [{"people"}, {"people", "dogs"}]


def test_a_column_says_which_pictures_never_part(folder: Path) -> None:
    text = "image,sequence,people\na,01,3\nb,01,0\nc.png,,2\n"
    told = list(read_counts(write(folder, text), folder))
    assert [one.picture.group for one in told] == ["counts/sequence/01"] * 2 + ["counts/still/c.png"]
    assert [one.classes for one in told] == [{"people"}] * 3


def test_counted_people_become_questions_with_their_number(folder: Path, tmp_path: Path) -> None:
    counts = write(folder, "image,people\na,3\nb,0\nc.png,12\n")
    about = write_set(
        tmp_path / "set", builder, TemplateSettings(counts=counts, counted=folder, test_only=True)
    )
    text = (tmp_path / "set" / "questions.jsonl").read_text("utf-8")
    assert about.tasks["pedestrian_count"].test == 2
    assert '"answer":"3"' in text
    assert '"answer":"12"' in text
    assert "people" in text
    assert [remark.what for remark in about.remarks] == [
        "counts: no question of pedestrian_count: nothing to count"
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("image,people\na,many\n", "line 2, people: 'many' is no count"),
        ("image,people\na,-1\n", "line 2, people: '-1' is no count"),
        ("image,people\na,²\n", "is no count"),
        ("image,people\nz,1\n", "line 2: 'z': no picture of the folder is called so"),
        ("image,people\nc,1\n", "line 2: 'c': 2 pictures are called so"),
        ("image,people\na,1\na.png,1\n", "line 3: a.png stands there twice"),
        ("image,people\na,1,2\n", "line 2: write 2 fields"),
        ("image,people\na\n", "line 2: write 2 fields"),
        ("picture,people\na,1\n", "its first line names the columns"),
        ("image\na\n", "its first line names the columns"),
        ("image,sequence\na,1\n", "its first line names the columns"),
        ("image,people,people\na,1,1\n", "its first line names the columns"),
        ("", "begins with nothing"),
    ],
)
def test_a_file_that_is_wrong_is_refused_with_its_line(folder: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        list(read_counts(write(folder, text), folder))
