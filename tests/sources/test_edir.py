"""Data sets in EDIR's form are read in both layouts, and what is wrong with them is said."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from irloom.errors import ConfigError
from irloom.sources.edir import check_edir, read_edir
from support.photos import make_photo, save

QUERIES: list[dict[str, Any]] = [
    {
        "id": "1_1",
        "image": "1_0.jpg",
        "text": "in red",
        "modality": "image",
        "metadata": {"subcategory": "Color"},
    },
    {"id": "1_2", "image": "1_0.jpg", "text": "seen from below", "modality": "image", "more": 1},
]
CORPUS: list[dict[str, Any]] = [
    {"id": name, "image": name, "modality": "image"} for name in ("1_1.png", "1_2.png", "1_3.png")
]
INSTANCES: list[dict[str, Any]] = [
    {"qid": "1_1", "pos": ["1_1.png"], "neg": ["1_2.png", "1_3.png"]},
    {"qid": "1_2", "pos": ["1_2.png"], "neg": []},
]


def write(
    files: Path,
    images: Path,
    queries: Sequence[Any] = QUERIES,
    corpus: Sequence[Any] = CORPUS,
    instances: Sequence[Any] = INSTANCES,
) -> None:
    files.mkdir(parents=True)
    for name, rows in (("queries", queries), ("corpus", corpus), ("instances", instances)):
        # As in the toy set, the last line has no end.
        (files / f"{name}.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    for number, name in enumerate(("1_0.jpg", "1_1.png", "1_2.png", "1_3.png")):
        save(make_photo(number, 24, 32), images / name)


def test_the_flat_layout_is_read(tmp_path: Path) -> None:
    write(tmp_path / "d", tmp_path / "d" / "images")
    data = read_edir(tmp_path / "d")
    assert [query.id for query in data.queries] == ["1_1", "1_2"]
    assert [query.subcategory for query in data.queries] == ["color", None]
    assert data.queries[1].text == "seen from below"
    assert [image.id for image in data.corpus] == ["1_1.png", "1_2.png", "1_3.png"]
    assert data.instances[0].neg == ("1_2.png", "1_3.png")
    assert data.locate(data.queries[0].image).is_file()
    assert check_edir(data) == []


def test_the_layout_of_the_toy_set_is_read(tmp_path: Path) -> None:
    write(tmp_path / "dataset" / "test", tmp_path / "images" / "test")
    data = read_edir(tmp_path)
    assert len(data.queries) == 2
    assert data.folder == tmp_path / "images" / "test"
    assert check_edir(data) == []


def test_of_several_splits_one_has_to_be_named(tmp_path: Path) -> None:
    for split in ("dev", "test"):
        write(tmp_path / "dataset" / split, tmp_path / "images" / split)
    with pytest.raises(ConfigError, match="has the splits dev, test: name one of them"):
        read_edir(tmp_path)
    assert read_edir(tmp_path, "dev").folder == tmp_path / "images" / "dev"
    with pytest.raises(ConfigError, match=r"there is no .*dataset/train/queries\.jsonl"):
        read_edir(tmp_path, "train")


def test_a_folder_without_a_data_set_is_one_message(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"holds no data set in EDIR's form"):
        read_edir(tmp_path)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"id": "2"', r"queries\.jsonl, line 3: it is no JSON"),
        ("[1]", r"queries\.jsonl, line 3: it is list, not an object"),
        ('{"id": "2", "image": "x.png"}', r"queries\.jsonl, line 3: text: Field required"),
        ('{"id": "2", "image": null, "text": "x"}', r"queries\.jsonl, line 3: image: Field required"),
        ('{"id": 2, "image": "x.png", "text": "x"}', r"queries\.jsonl, line 3: id: Input should be a valid"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(line: str, message: str, tmp_path: Path) -> None:
    write(tmp_path / "d", tmp_path / "d" / "images")
    with (tmp_path / "d" / "queries.jsonl").open("a") as file:
        file.write(f"\n{line}\n")
    with pytest.raises(ConfigError, match=message):
        read_edir(tmp_path / "d")


def test_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    write(tmp_path / "d", tmp_path / "d" / "images")
    (tmp_path / "d" / "corpus.jsonl").unlink()
    with pytest.raises(ConfigError, match=r"corpus\.jsonl cannot be read: No such file"):
        read_edir(tmp_path / "d")


def test_text_with_any_line_separator_of_unicode_is_one_line(tmp_path: Path) -> None:
    write(tmp_path / "d", tmp_path / "d" / "images")
    line = json.dumps({**QUERIES[0], "text": "red\u2028car\x85"}, ensure_ascii=False)
    (tmp_path / "d" / "queries.jsonl").write_text(f"\ufeff{line}\n\n", "utf-8")
    assert [query.text for query in read_edir(tmp_path / "d").queries] == ["red\u2028car\x85"]


@pytest.mark.parametrize(
    ("name", "rows", "problem"),
    [
        ("queries", [*QUERIES, QUERIES[0]], "query '1_1': the id stands 2 times"),
        ("corpus", [*CORPUS, CORPUS[0]], "corpus '1_1.png': the id stands 2 times"),
        ("instances", [*INSTANCES, INSTANCES[0]], "instance '1_1': the id stands 2 times"),
        ("instances", INSTANCES[:1], "query '1_2': it has no instance"),
        ("queries", QUERIES[:1], "instance '1_2': there is no such query"),
        (
            "instances",
            [INSTANCES[0], {"qid": "1_2", "pos": [], "neg": []}],
            "instance '1_2': it has 0 positives",
        ),
        (
            "instances",
            [INSTANCES[0], {"qid": "1_2", "pos": ["1_1.png", "1_2.png"], "neg": []}],
            "instance '1_2': it has 2 positives",
        ),
        (
            "instances",
            [INSTANCES[0], {"qid": "1_2", "pos": ["1_2.png"], "neg": ["1_2.png"]}],
            "instance '1_2': '1_2.png' is both positive and negative",
        ),
        (
            "instances",
            [INSTANCES[0], {"qid": "1_2", "pos": ["1_2.png"], "neg": ["1_3.png"] * 2}],
            "instance '1_2': the negative '1_3.png' stands twice",
        ),
        ("corpus", CORPUS[:2], "instance '1_1': the negative '1_3.png' is not in the corpus"),
        ("corpus", CORPUS[1:], "instance '1_1': the positive '1_1.png' is not in the corpus"),
        ("corpus", [*CORPUS, {"id": "x", "image": "x.png"}], "image 'x.png': there is no such file"),
    ],
)
def test_what_is_wrong_is_said(name: str, rows: list[Any], problem: str, tmp_path: Path) -> None:
    given: dict[str, list[Any]] = {name: rows}
    write(tmp_path / "d", tmp_path / "d" / "images", **given)
    problems = check_edir(read_edir(tmp_path / "d"))
    assert len(problems) == 1
    assert problems[0].startswith(problem)


def test_queries_without_a_positive_can_be_read_as_those_of_the_toy_set(tmp_path: Path) -> None:
    empty = [{"qid": one["id"], "pos": [], "neg": []} for one in QUERIES]
    write(tmp_path / "d", tmp_path / "d" / "images", instances=empty)
    data = read_edir(tmp_path / "d")
    assert [instance.pos for instance in data.instances] == [(), ()]
    assert len(check_edir(data)) == 2


@pytest.mark.parametrize("name", ["1_0.jpg", "1_1.png"])
@pytest.mark.parametrize("keep", [0, 0.9])
def test_an_image_that_is_cut_off_is_found(name: str, keep: float, tmp_path: Path) -> None:
    write(tmp_path / "d", tmp_path / "d" / "images")
    path = save(make_photo(1), tmp_path / "d" / "images" / name)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * keep)])
    (problem,) = check_edir(read_edir(tmp_path / "d"))
    assert problem.startswith(f"image '{name}': it cannot be opened")


@pytest.mark.parametrize("file", ["queries", "corpus"])
@pytest.mark.parametrize(
    "image", ["/etc/passwd", "../secret.png", "a/../../secret.png", "C:\\secret.png", "..\\s.png"]
)
def test_an_image_that_leads_out_of_its_folder_is_never_opened(file: str, image: str, tmp_path: Path) -> None:
    for name in ("queries", "corpus", "instances"):
        (tmp_path / f"{name}.jsonl").write_text("")
    row = {"id": "1", "image": image, "text": "Make it red."}
    (tmp_path / f"{file}.jsonl").write_text(json.dumps(row))
    with pytest.raises(ConfigError, match=rf"{file}\.jsonl, line 1: image .* leads out of the folder"):
        read_edir(tmp_path)
