"""A data set is written in EDIR's form, with its images beside it."""

import errno
import json
import os
from pathlib import Path
from typing import Any

import pytest

from irloom.edir import EdirData, EdirImage, EdirInstance, EdirQuery
from irloom.errors import UserError
from irloom.export.edir import write_edir

NAMES = ("1_1.png", "1_2.png")


@pytest.fixture
def images(tmp_path: Path) -> dict[str, Path]:
    (tmp_path / "run").mkdir()
    found = {name: tmp_path / "run" / f"source-{name}" for name in ("1_0.jpg", *NAMES)}
    for name, path in found.items():
        path.write_text(f"bytes of {name}")
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "out").mkdir()
    return tmp_path / "out"


def compose(folder: Path) -> EdirData:
    queries = tuple(
        EdirQuery(id=f"1_{n}", image="1_0.jpg", text=f"é {n}", metadata={"subcategory": "color"})
        for n in (1, 2)
    )
    return EdirData(
        folder / "images",
        queries,
        tuple(EdirImage(id=name, image=name) for name in NAMES),
        tuple(
            EdirInstance(qid=f"1_{n}", pos=(NAMES[n - 1],), neg=(NAMES[2 - n],) if n == 1 else ())
            for n in (1, 2)
        ),
    )


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_the_files_have_the_fields_of_edir(folder: Path, images: dict[str, Path]) -> None:
    write_edir(folder, compose(folder), images)
    assert read(folder / "queries.jsonl")[0] == {
        "id": "1_1",
        "image": "1_0.jpg",
        "text": "é 1",
        "modality": "image",
        "metadata": {"subcategory": "color"},
    }
    assert read(folder / "corpus.jsonl") == [
        {"id": name, "image": name, "modality": "image"} for name in NAMES
    ]
    assert read(folder / "instances.jsonl") == [
        {"qid": "1_1", "pos": ["1_1.png"], "neg": ["1_2.png"]},
        {"qid": "1_2", "pos": ["1_2.png"], "neg": []},
    ]
    assert {path.name: path.read_text() for path in (folder / "images").iterdir()} == {
        name: f"bytes of {name}" for name in images
    }


def test_a_triplet_names_files_of_the_folder(folder: Path, images: dict[str, Path]) -> None:
    write_edir(folder, compose(folder), images)
    triplets = read(folder / "triplets.jsonl")
    assert triplets[0] == {
        "id": "1_1",
        "reference": "images/1_0.jpg",
        "text": "é 1",
        "target": "images/1_1.png",
        "negatives": ["images/1_2.png"],
        "subcategory": "color",
    }
    for triplet in triplets:
        for path in (triplet["reference"], triplet["target"], *triplet["negatives"]):
            assert (folder / path).is_file()


def test_images_take_no_second_place_on_the_disk(folder: Path, images: dict[str, Path]) -> None:
    write_edir(folder, compose(folder), images)
    assert (folder / "images" / "1_1.png").samefile(images["1_1.png"])


def test_a_link_is_followed_to_its_file(folder: Path, images: dict[str, Path], tmp_path: Path) -> None:
    (tmp_path / "link.png").symlink_to("run/source-1_1.png")
    write_edir(folder, compose(folder), {**images, "1_1.png": tmp_path / "link.png"})
    assert not (folder / "images" / "1_1.png").is_symlink()
    assert (folder / "images" / "1_1.png").read_text() == "bytes of 1_1.png"


def test_where_files_cannot_be_linked_they_are_copied(
    folder: Path, images: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EXDEV, "Invalid cross-device link")

    monkeypatch.setattr(os, "link", refuse)
    write_edir(folder, compose(folder), images)
    assert not (folder / "images" / "1_1.png").samefile(images["1_1.png"])
    assert (folder / "images" / "1_1.png").read_text() == "bytes of 1_1.png"


def test_an_image_that_is_missing_is_named(folder: Path, images: dict[str, Path]) -> None:
    images["1_2.png"].unlink()
    with pytest.raises(UserError, match=r"source-1_2\.png is missing, and it belongs into the data set"):
        write_edir(folder, compose(folder), images)
