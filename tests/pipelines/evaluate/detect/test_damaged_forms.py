"""What is missing or wrong in a published file is told and counted, in every form; the rest is used."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from irloom.cli.main import main
from irloom.pipelines.evaluate.detect.config import DetectConfig
from irloom.pipelines.evaluate.detect.source import read_sentences
from support.sentences import (
    ARO_RELATION,
    FOIL,
    HAT,
    MHALDETECT,
    SUGARCREPE,
    WINOGROUND,
    WRONG,
    make_row,
    write_images,
    write_json,
    write_lines,
)

(PART, ENTRY, BOXED, FOUR) = (MHALDETECT[0], SUGARCREPE["0"], ARO_RELATION[0], WINOGROUND[0])
RIGHT, FOILED = FOIL["annotations"]
PARTS: Any = PART["annotations"]
Write = Callable[[Path], Path]


def lines(*rows: Any) -> Write:
    return lambda at: write_lines(at / "set.jsonl", rows)


def array(*records: Any) -> Write:
    return lambda at: write_json(at / "set.json", list(records))


def foil(*annotations: Any, **more: Any) -> Write:
    return lambda at: write_json(at / "foil.json", {**FOIL, "annotations": list(annotations), **more})


def entries(*records: Any) -> Write:
    named = {str(number): record for number, record in enumerate(records)}
    return lambda at: write_json(at / "add_att.json", named)


def without(record: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name not in names}


DAMAGED: dict[str, tuple[Write, int, list[str]]] = {
    "alignbench": (
        lines(
            *({"caption": "No label."}, make_row(0), make_row(1, annotation="maybe")),
            make_row(2, **{**WRONG, "error_words": ["zebra"], "error_type": "Smell"}),
            make_row(3, n_correct=1e300),
            make_row(4, sentence_index=1e300),
            {"caption": "Nothing beside.", "annotation": "incorrect"},
        ),
        5,
        [
            "1 left out: a record without `annotation` (first: line 1)",
            "1 left out: an unknown label (first: line 3: 'maybe')",
            "1 × wrong words that do not stand in their sentence (first: 'zebra'",
            "1 × an unknown kind of error (first: 'Smell')",
            "1 × votes that are no counts",
            "1 × sentences whose `sentence_index` is no place in a text (first: 'Three dogs",
            "1 × sentences whose `sentence_index` is missing (first: 'Nothing beside.')",
            "1 × sentences without `model`, whose group is AlignBench (first: 'Nothing beside.')",
            "1 × wrong sentences without `error_words` (first: 'Nothing beside.')",
            "1 × wrong sentences without `error_type` (first: 'Nothing beside.')",
        ],
    ),
    "mhaldetect": (
        array(
            *({"question": "?"}, PART, without(PART, "annotations"), without(PART, "image"), 5),
            {**PART, "annotations": [{**PARTS[0], "label": "FUNNY"}, {"label": "UNSURE", "start": 90}, 7]},
        ),
        3,
        [
            "2 left out: a record without `response` (first: record 1)",
            "1 left out: a record without a list of `annotations` (first: record 3)",
            "1 left out: a record without an image (first: record 4)",
            "1 left out: an unknown label (first: record 6, part 0: 'FUNNY')",
            "1 left out: a part whose text is not in its answer (first: record 6, part 1",
            "1 left out: a record without `label` (first: record 6, part 2)",
        ],
    ),
    "foil": (
        foil(
            *(7, RIGHT, FOILED, {**FOILED, "foil_word": "zebra", "image_id": 8}, {**FOILED, "foil": "maybe"}),
            *(without(RIGHT, "foil"), without(RIGHT, "image_id"), {**RIGHT, "image_id": [1]}),
            {**without(FOILED, "foil_word", "id"), "image_id": 9},
            images=[{"id": [2], "file_name": "a.jpg"}, 3],
        ),
        4,
        [
            "1 left out: a record without `caption` (first: annotation 1)",
            "1 left out: an unknown label (first: annotation 5: 'maybe')",
            "1 left out: a record without `foil` (first: annotation 6)",
            "2 left out: a record without an image (first: annotation 7)",
            "1 × wrong words that do not stand in their sentence (first: 'zebra'",
            "1 × wrong captions without `foil_word`",
            "1 × captions without `id`, which belong to no pair",
        ],
    ),
    "hat": (
        array(
            *(
                {"grounding": []},
                *HAT,
                {**HAT[0], "contains_hallucination": "x"},
                without(HAT[0], "image_path"),
            ),
            *(without(HAT[0], "contains_hallucination"), {**without(HAT[0], "grounding"), "sample_id": "s3"}),
            {**HAT[0], "grounding": [["zebra", True]], "sample_id": "s4"},
        ),
        4,
        [
            "1 left out: a record without `caption` (first: record 1)",
            "1 left out: an unknown label (first: record 4: 'x')",
            "1 left out: a record without an image (first: record 5)",
            "1 left out: a record without `contains_hallucination` (first: record 6)",
            "1 × wrong captions without `grounding`",
            "1 × wrong words that do not stand in their sentence (first: 'zebra'",
        ],
    ),
    "sugarcrepe": (
        entries(
            without(ENTRY, "caption"), ENTRY, without(ENTRY, "negative_caption"), {**ENTRY, "filename": 7}, 5
        ),
        2,
        [
            "1 left out: a record without `caption` (first: entry 0)",
            "1 left out: a record without `negative_caption` (first: entry 2)",
            "1 left out: a record without `filename` (first: entry 3: '7')",
            "1 left out: an entry that is no object (first: entry 4: '5')",
        ],
    ),
    "aro": (
        array(
            *(
                without(BOXED, "false_caption"),
                BOXED,
                without(BOXED, "image_path"),
                {**BOXED, "bbox_w": -1},
                5,
            ),
            without(BOXED, "bbox_x", "bbox_y", "bbox_w", "bbox_h"),
        ),
        4,
        [
            "1 left out: a record without `false_caption` (first: record 1)",
            "1 left out: a record without `image_path` (first: record 3)",
            "1 left out: a box without area (first: record 4",
            "1 left out: a record without `true_caption` (first: record 5)",
            "1 × entries without a box, of which the whole image is shown",
        ],
    ),
    "winoground": (
        lines(
            *(without(FOUR, "caption_1"), FOUR, without(FOUR, "id"), without({**FOUR, "id": 4}, "image_0")),
            {**FOUR, "id": 5, "caption_0": " "},
        ),
        4,
        [
            "1 left out: a record without `caption_1` (first: line 1)",
            "1 left out: a record without `id` (first: line 3)",
            "1 left out: a record without `image_0` (first: line 4)",
            "1 left out: a record without `caption_0` (first: line 5",
        ],
    ),
}


@pytest.mark.parametrize("form", DAMAGED)
def test_each_kind_of_damage_is_counted_with_its_first_and_the_rest_is_used(
    form: str, tmp_path: Path
) -> None:
    write, used, expected = DAMAGED[form]
    store = read_sentences(DetectConfig(data=write(tmp_path)))
    said = "\n".join(store.notices)
    sets = {item.about["set"] for item in store}
    kept = len(store)
    store.close()
    assert sets == {form}, "also where the first record is a broken one"
    assert kept == used
    assert [one for one in expected if one not in said] == []


def test_a_folder_of_sugarcrepe_that_lacks_files_says_which(tmp_path: Path) -> None:
    write_json(tmp_path / "set" / "add_att.json", SUGARCREPE)
    store = read_sentences(DetectConfig(data=tmp_path / "set"))
    said = "\n".join(store.notices)
    store.close()
    assert "6 × files of the published seven that are not there (first: add_obj.json)" in said


COCO = "COCO_val2014_000000000007.jpg"
LACKING: dict[str, tuple[Write, int]] = {
    "alignbench": (lines(make_row(0, image_name=COCO), make_row(1, image_name="gone.png")), 1),
    "mhaldetect": (array(PART, {**PART, "image": "gone.jpg"}), 2),
    "foil": (foil(RIGHT, FOILED, {**RIGHT, "image_id": 8}, {**FOILED, "image_id": 8}), 2),
    "hat": (array(HAT[1], {**HAT[0], "image_path": "gone.jpg"}), 1),
    "sugarcrepe": (entries({**ENTRY, "filename": COCO}, {**ENTRY, "filename": "gone.jpg"}), 2),
    "aro": (array({**BOXED, "image_path": COCO}, {**BOXED, "image_path": "gone.jpg"}), 2),
    "winoground": (lines({**FOUR, "image_0": COCO, "image_1": "gone"}), 2),
}
"""A set in which some images are missing, and of how many labelled sentences."""


@pytest.mark.parametrize("form", LACKING)
def test_sentences_whose_image_is_missing_are_told_before_a_run_and_fail_alone(
    form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IRLOOM_CACHE", str(tmp_path / "cache"))
    images = write_images(tmp_path / "images", [COCO])
    write, missing = LACKING[form]
    options = ["--data", str(write(tmp_path)), "--images", str(images), "--out", str(tmp_path / "run")]
    assert main(["run", "detect", *options, "--quiet"]) == 1
    assert "1 of 2 images are not in" in capsys.readouterr().err
    failed = [json.loads(line) for line in (tmp_path / "run" / "failed.jsonl").read_text().splitlines()]
    assert [row["stage"] for row in failed] == ["source"] * missing
    scored = (tmp_path / "run" / "answers.jsonl").read_text().splitlines()
    assert len(scored) == (2 if form in ("mhaldetect", "foil", "sugarcrepe", "aro", "winoground") else 1)
