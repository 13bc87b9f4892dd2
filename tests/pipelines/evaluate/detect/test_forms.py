"""Every published form is recognised and read into one record; what is wrong in a file is counted."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from irloom.alignment import LabelledSentence
from irloom.errors import ConfigError
from irloom.pipelines.evaluate.detect.config import DetectConfig
from irloom.pipelines.evaluate.detect.forms import FORM_NAMES, choose_form
from irloom.pipelines.evaluate.detect.forms.document import open_document
from irloom.pipelines.evaluate.detect.forms.ledger import Ledger
from irloom.pipelines.evaluate.detect.source import Picker, read_sentences
from support.sentences import (
    ARO_ATTRIBUTION,
    ARO_RELATION,
    FOIL,
    HAT,
    MHALDETECT,
    SUGARCREPE,
    WINOGROUND,
    WRONG,
    AlignSet,
    make_row,
    write_images,
    write_json,
    write_lines,
)

COCO = "COCO_val2014_000000000007.jpg"


def read(path: Path, images: Path | None = None, form: Any = "auto") -> tuple[list[LabelledSentence], Ledger]:
    document, ledger = open_document(path), Ledger()
    chosen = choose_form(document, form)
    return list(chosen.read(document, ledger, Picker(images))), ledger


def tell(path: Path) -> list[str]:
    store = read_sentences(DetectConfig(data=path))
    try:
        return store.notices
    finally:
        store.close()


WRITERS: dict[str, Callable[[Path], Path]] = {
    "alignbench": lambda at: write_lines(at / "a.jsonl", [make_row(0), make_row(1)]),
    "mhaldetect": lambda at: write_json(at / "val_raw.json", MHALDETECT),
    "foil": lambda at: write_json(at / "foilv1.0_test_2017.json", FOIL),
    "hat": lambda at: write_json(at / "hat.json", HAT),
    "sugarcrepe": lambda at: write_json(at / "set" / "add_att.json", SUGARCREPE).parent,
    "aro": lambda at: write_json(at / "visual_genome_relation.json", ARO_RELATION),
    "winoground": lambda at: write_lines(at / "examples.jsonl", [WINOGROUND[0], {**WINOGROUND[0], "id": 4}]),
}


@pytest.mark.parametrize("name", WRITERS)
def test_a_published_form_is_recognised_by_what_is_in_it(name: str, tmp_path: Path) -> None:
    document = open_document(WRITERS[name](tmp_path))
    assert choose_form(document, "auto").name == name


@pytest.mark.parametrize("name", WRITERS)
def test_another_form_than_the_named_one_is_refused_with_what_was_expected(name: str, tmp_path: Path) -> None:
    document = open_document(WRITERS[name](tmp_path))
    for other in set(FORM_NAMES) - {"auto", name}:
        with pytest.raises(ConfigError, match=rf"not what is expected:\n  {other}: "):
            choose_form(document, other)


def test_alignbench_gives_votes_kind_and_wrong_words_with_their_place(aligned: AlignSet) -> None:
    sentences, ledger = read(aligned.data, aligned.images)
    assert ledger.tell() == []
    assert [one.label for one in sentences] == [*["correct"] * 3, "incorrect", "correct", "unknown"]
    wrong = sentences[3]
    assert (wrong.group, wrong.writer, wrong.position) == ("Llama-4", "Llama-4", 1)
    assert (wrong.error_type, wrong.spans, wrong.wrong_words) == ("Number", ((0, 5),), ("Three",))
    assert wrong.votes == {"correct": 1, "incorrect": 2, "unknown": 0}
    assert wrong.image == f"{1:012d}.png"
    assert len({one.id for one in sentences}) == 6


def test_columns_may_be_missing_but_for_sentence_and_label(tmp_path: Path) -> None:
    data = write_lines(
        tmp_path / "a.jsonl", [{"caption": "A dog.", "annotation": "Correct"}] * 1 + [make_row(0)]
    )
    (bare, _), ledger = read(data)
    assert (bare.group, bare.image, bare.position, bare.votes) == ("AlignBench", "", None, {})
    assert ledger.tell() == [
        "1 × sentences whose `sentence_index` is missing (first: 'A dog.').",
        "1 × sentences without `model`, whose group is AlignBench (first: 'A dog.').",
    ]


def test_an_image_is_looked_for_by_every_name_that_the_row_gives_it(tmp_path: Path) -> None:
    images = write_images(tmp_path / "images", ["real/7.png", "9.png"])
    data = write_lines(
        tmp_path / "a.jsonl",
        [
            make_row(0, image_name="7", image_path_in_repo="real/7.png"),
            make_row(1, image_name="coco_9", image_url="http://somewhere/val2017/9.png?size=1"),
            make_row(2, image_name="gone.png", image_path_in_repo="real/gone.png"),
        ],
    )
    sentences, _ = read(data, images)
    assert [one.image for one in sentences] == ["real/7.png", "9.png", "real/gone.png"]


def test_wrong_words_may_be_one_text_or_parts_between_commas(tmp_path: Path) -> None:
    given = ["Three dogs", "Three, gate", "dogs; run", ["dogs", "run past"]]
    rows = [make_row(number, **{**WRONG, "error_words": words}) for number, words in enumerate(given)]
    sentences, _ = read(write_lines(tmp_path / "a.jsonl", rows))
    assert [one.wrong_words for one in sentences] == [
        *[("Three dogs",), ("Three", "gate"), ("dogs", "run"), ("dogs", "run past")]
    ]


def test_what_cannot_be_used_is_left_out_counted_and_told(aligned: AlignSet) -> None:
    aligned.rows += [
        make_row(6, annotation="maybe"),
        make_row(7, annotation="perhaps"),
        make_row(8, caption=" "),
        make_row(9, annotation=None),
        make_row(0),
    ]
    aligned.write()
    with aligned.data.open("a") as file:
        file.write('{"caption": "cut\n[1, 2]\n')
    said = "\n".join(tell(aligned.data))
    assert "2 left out: an unknown label (first: line 7: 'maybe')." in said
    assert "2 left out: a record without `caption` (first: line 9: ' ')." in said
    assert "1 left out: a record without `annotation` (first: line 10)." in said
    assert "1 left out: a line that is no JSON (first: line 12)." in said
    assert "1 × sentences that stand there twice, of which one is asked" in said
    assert "1 of 6 sentences are of unknown truth: nothing is asked." in said


def test_what_is_used_though_something_is_wrong_with_it_is_counted_and_told(tmp_path: Path) -> None:
    rows = [
        make_row(0, **{**WRONG, "error_words": ["zebra", "Three"]}),
        make_row(1, **{**WRONG, "error_type": "Smell"}),
        make_row(2, agreement_ratio=0.5),
        make_row(3, fleiss_Pi=0.2),
        make_row(4, **{**WRONG, "annotation": "correct"}),
        make_row(5, n_correct="many"),
    ]
    data = write_lines(tmp_path / "a.jsonl", rows)
    sentences, _ = read(data)
    assert sentences[0].wrong_words == ("Three",)
    assert sentences[5].votes == {}
    said = "\n".join(tell(data))
    assert "1 × wrong words that do not stand in their sentence (first: 'zebra' in" in said
    assert "1 × an unknown kind of error (first: 'Smell')" in said
    assert "1 × an `agreement_ratio` that is not what the votes give" in said
    assert "1 × a `fleiss_Pi` that is not what the votes give" in said
    assert "1 × a label that most of the panel did not give" in said


def test_a_file_without_a_line_is_called_empty(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text("\n \n")
    with pytest.raises(ConfigError, match="is empty"):
        open_document(tmp_path / "a.jsonl")


def test_mhaldetect_gives_a_sentence_a_part_with_the_question_before_it(tmp_path: Path) -> None:
    sentences, _ = read(write_json(tmp_path / "val_raw.json", MHALDETECT))
    assert [(one.text, one.label, one.position) for one in sentences] == [
        ("A cup stands on the table.", "correct", 0),
        ("It is red.", "incorrect", 1),
        ("One could drink from it.", "unknown", 2),
    ]
    assert {one.context for one in sentences} == {"What is on the table?"}
    assert {one.image for one in sentences} == {COCO}


def test_a_part_without_text_is_cut_out_of_its_answer_and_a_broken_one_leaves_the_others(
    tmp_path: Path,
) -> None:
    record = json.loads(json.dumps(MHALDETECT[0]))
    record["image"] = 7
    del record["annotations"][0]["text"]
    record["annotations"][1] = {"start": 50, "end": 900, "label": "ACCURATE"}
    record["annotations"][2]["label"] = "FUNNY"
    sentences, ledger = read(write_json(tmp_path / "val_raw.json", [record]))
    assert [one.text for one in sentences] == ["A cup stands on the table."]
    assert sentences[0].image == COCO
    said = "\n".join(ledger.tell())
    assert "1 left out: a part whose text is not in its answer (first: record 1, part 1: '(50, 900)')" in said
    assert "1 left out: an unknown label (first: record 1, part 2: 'FUNNY')" in said


def test_foil_gives_pairs_and_the_word_that_was_put_in(tmp_path: Path) -> None:
    right, wrong = read(write_json(tmp_path / "foil.json", FOIL))[0]
    assert (right.label, right.side, right.error_type) == ("correct", "right", None)
    assert (wrong.label, wrong.side, wrong.error_type) == ("incorrect", "wrong", "Object")
    assert wrong.wrong_words == ("dog",)
    assert right.pair == wrong.pair != ""
    assert {right.image, wrong.image} == {COCO}


def test_hat_takes_the_hallucinated_one_of_two_equal_words(tmp_path: Path) -> None:
    wrong, right = read(write_json(tmp_path / "hat.json", HAT))[0]
    assert (wrong.label, wrong.spans) == ("incorrect", ((12, 15),))
    assert (right.label, right.spans) == ("correct", ())


def test_sugarcrepe_is_read_from_its_folder_or_from_one_of_its_files(tmp_path: Path) -> None:
    folder = tmp_path / "set"
    for name in ("add_att", "swap_obj", "replace_rel"):
        write_json(folder / f"{name}.json", SUGARCREPE)
    sentences, _ = read(folder)
    assert [(one.domain, one.side) for one in sentences] == [
        *[("add_att", "right"), ("add_att", "wrong"), ("replace_rel", "right"), ("replace_rel", "wrong")],
        *[("swap_obj", "right"), ("swap_obj", "wrong")],
    ]
    assert [one.error_type for one in sentences] == [None, "Attribute", None, "Relation", None, "Object"]
    assert len({one.pair for one in sentences}) == 3
    assert len({one.id for one in sentences}) == 6
    assert read(folder / "add_att.json")[0] == sentences[:2]


@pytest.mark.parametrize(
    ("entries", "kind", "domain", "crop"),
    [
        (ARO_RELATION, "Relation", "VG_Relation", (2, 3, 10, 9)),
        (ARO_ATTRIBUTION, "Attribute", "VG_Attribution", (0, 0, 16, 16)),
    ],
)
def test_aro_gives_pairs_about_the_part_that_a_box_frames(
    entries: list[Any], kind: str, domain: str, crop: tuple[float, ...], tmp_path: Path
) -> None:
    right, wrong = read(write_json(tmp_path / "aro.json", entries))[0]
    assert (right.text, wrong.text) == (entries[0]["true_caption"], entries[0]["false_caption"])
    assert right.crop == wrong.crop == crop
    assert (right.error_type, wrong.error_type, wrong.domain) == (None, kind, domain)


def test_a_box_that_frames_nothing_is_told(tmp_path: Path) -> None:
    entries = [{**ARO_RELATION[0], "bbox_w": 0}, {**ARO_RELATION[0], "bbox_x": "left"}, ARO_RELATION[0]]
    sentences, ledger = read(write_json(tmp_path / "aro.json", entries))
    assert len(sentences) == 2
    assert set(ledger.left_out) == {"a box without area", "a box that is not four numbers"}


def test_a_box_that_leads_out_of_its_image_is_cut_at_the_edge_and_told(tmp_path: Path) -> None:
    images = write_images(tmp_path / "images", ["7.jpg"], side=16)
    over = {"bbox_x": -4, "bbox_y": 3, "bbox_w": 90, "bbox_h": 6}
    rounded = {"bbox_x": 0, "bbox_y": 0, "bbox_w": 16.4, "bbox_h": 16}
    beside = {"bbox_x": 16, "bbox_y": 0, "bbox_w": 5, "bbox_h": 5}
    entries = [{**ARO_RELATION[0], **box} for box in (over, rounded, beside)]
    sentences, ledger = read(write_json(tmp_path / "aro.json", entries), images)
    assert [one.crop for one in sentences[::2]] == [(0, 3, 16, 9), (0, 0, 16.4, 16)]
    assert ledger.tell() == [
        "1 left out: a box outside of its image (first: record 3: '(16.0, 0.0, 21.0, 5.0)').",
        "1 × boxes that lead out of their image, of which the part inside is shown (first: "
        "7.jpg: (-4.0, 3.0, 86.0, 9.0)).",
    ]


def test_a_box_of_an_image_that_is_not_there_stays_as_it_is(tmp_path: Path) -> None:
    images = write_images(tmp_path / "images", ["8.jpg"])
    entries = [{**ARO_RELATION[0], "bbox_w": 90}]
    sentences, ledger = read(write_json(tmp_path / "aro.json", entries), images)
    assert ([one.crop for one in sentences], ledger.tell()) == ([(2, 3, 92, 9)] * 2, [])


def test_winoground_gives_two_by_two_of_which_two_are_right(tmp_path: Path) -> None:
    images = write_images(tmp_path / "images", ["ex_3_img_0.png", "images/ex_3_img_1.png"])
    sentences, _ = read(write_json(tmp_path / "examples.json", WINOGROUND), images)
    assert [(one.side, one.label, one.image) for one in sentences] == [
        ("c0i0", "correct", "ex_3_img_0.png"),
        ("c0i1", "incorrect", "images/ex_3_img_1.png"),
        ("c1i0", "incorrect", "ex_3_img_0.png"),
        ("c1i1", "correct", "images/ex_3_img_1.png"),
    ]
    assert {one.pair for one in sentences} == {"winoground-3"}
    assert {one.domain for one in sentences} == {"Object"}


@pytest.mark.parametrize("content", ["no json\n", "[]", "3", '{"a": 1}', '[{"a": 1}]', "[1, 2]"])
def test_a_file_in_no_form_is_refused_with_every_form_that_there_is(content: str, tmp_path: Path) -> None:
    data = tmp_path / "a.json"
    data.write_text(content)
    with pytest.raises(ConfigError) as caught:
        choose_form(open_document(data), "auto")
    said = str(caught.value)
    assert "neither JSON nor JSON Lines" in said or "winoground: JSON Lines with" in said


def test_a_set_of_which_nothing_can_be_used_is_refused_with_what_is_wrong(tmp_path: Path) -> None:
    data = write_lines(tmp_path / "a.jsonl", [make_row(number, annotation="?") for number in range(3)])
    with pytest.raises(ConfigError, match=r"(?s)no sentence that can be used:.*3 left out: an unknown label"):
        read_sentences(DetectConfig(data=data))


def test_the_first_line_may_be_broken_and_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    data = tmp_path / "a.jsonl"
    rows = [json.dumps(make_row(number)) for number in range(2)]
    data.write_bytes(b"\xef\xbb\xbf{broken\n" + "\n".join(rows).encode())
    sentences, ledger = read(data)
    assert len(sentences) == 2
    assert ledger.left_out == {"a line that is no JSON": 1}
    data.write_bytes(b"\xef\xbb\xbf" + "\n".join(rows).encode())
    assert len(read(data)[0]) == 2


def test_rows_that_reach_over_many_lines_are_one_list(tmp_path: Path) -> None:
    data = tmp_path / "a.json"
    data.write_text(json.dumps([make_row(0), make_row(1)], indent=2))
    assert len(read(data)[0]) == 2
