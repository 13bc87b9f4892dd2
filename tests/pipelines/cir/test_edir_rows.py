"""Edits become rows of EDIR's form under names that no two share."""

from pathlib import Path

from irloom.engine.reader import iterate_rows
from irloom.pipelines.cir.edir_rows import Candidate, compose_data, list_images, read_candidate
from support.cir import Made, color, make_run, make_seeds
from support.photos import make_photo

EDITS = (
    color(1, "red"),
    color(2, "green"),
    color(3, "red", target=2, family=2),
    color(10, "blue", target=2, family=2),
)


def read(root: Path) -> list[Candidate]:
    return [read_candidate(root, row) for row in iterate_rows(root, "edits")]


def test_ids_are_those_of_edir_and_safe_in_file_names(tmp_path: Path) -> None:
    photo = make_photo(1)
    root = make_run(tmp_path / "run", {"7": (photo, EDITS[:1]), "a/B": (photo, EDITS[:1])})
    plain, odd = read(root)
    assert (plain.id, plain.target_name, plain.reference_name) == ("7_1", "7_1.png", "7_0.png")
    assert odd.id.startswith("a_b-")
    assert "/" not in odd.target_name


def test_a_seed_whose_name_looks_like_an_edit_takes_no_other_name(tmp_path: Path) -> None:
    photo = make_photo(1)
    candidates = read(
        make_run(tmp_path / "run", dict.fromkeys(("5", "5_1", "5_0", "5_1_0"), (photo, EDITS[:2])))
    )
    names = list_images(candidates)
    assert len(names) == 4 * 3


def test_negatives_are_siblings_first_then_others_of_the_seed(tmp_path: Path) -> None:
    candidates = read(make_run(tmp_path / "run", make_seeds("7", "8", edits=EDITS)))
    data = compose_data(tmp_path, candidates, with_references=False)
    negatives = {instance.qid: instance.neg for instance in data.instances}
    assert negatives["7_1"] == ("7_2.png", "7_3.png", "7_10.png")
    assert negatives["7_10"] == ("7_3.png", "7_1.png", "7_2.png")
    assert [instance.pos for instance in data.instances][:2] == [("7_1.png",), ("7_2.png",)]


def test_references_are_in_the_corpus_only_on_request_and_never_negatives(tmp_path: Path) -> None:
    candidates = read(make_run(tmp_path / "run", make_seeds("7", "8", edits=EDITS[:2])))
    without, with_them = (compose_data(tmp_path, candidates, wanted) for wanted in (False, True))
    assert [image.id for image in without.corpus] == ["7_1.png", "7_2.png", "8_1.png", "8_2.png"]
    assert [image.id for image in with_them.corpus[4:]] == ["7_0.png", "8_0.png"]
    assert with_them.instances == without.instances
    assert not {"7_0.png", "8_0.png"} & {name for one in with_them.instances for name in one.neg}


def test_a_query_says_what_kind_of_edit_it_asks_for_and_of_which_seed(tmp_path: Path) -> None:
    edit = Made(3, ((1, "red"), (2, "green")), family=2)
    candidates = read(make_run(tmp_path / "run", make_seeds("7", edits=[edit])))
    (query,) = compose_data(tmp_path, candidates, with_references=False).queries
    assert (query.image, query.text) == ("7_0.png", "The same with object 1 red and object 2 green.")
    assert (query.modality, query.subcategory) == ("image", "complex")
    assert query.metadata == {
        "subcategory": "complex",
        "category": "complex",
        "form": "elliptic",
        "instruction": "Make object 1 red and object 2 green.",
        "outcome": "unjudged",
        "seed": "7",
        "family": 2,
        "edit": 3,
        "steps": 2,
    }
