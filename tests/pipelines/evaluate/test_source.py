"""IF-Bench's file is read in both forms, and what could not be scored is a message."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from irloom.errors import ConfigError
from irloom.pipelines.evaluate.ifbench.source import list_all_of_the_above, read_questions
from support.ifbench import IfbenchSet

Change = Callable[[dict[str, Any]], object]
BOTH = ("en", "cn")


def test_both_forms_of_the_file_give_the_same_questions_under_the_same_ids(small: IfbenchSet) -> None:
    nested = read_questions(small.data, BOTH)
    flat = small.root / "flat.json"
    rows = [row for rows in small.rows.values() for row in rows]
    flat.write_text(json.dumps(rows[::-1]), "utf-8")
    assert [item.id for item in read_questions(flat, BOTH)] == [item.id for item in nested][::-1]
    assert len({item.id for item in nested}) == 20
    assert nested[0].group == "Coarse-grained Perception"
    assert nested[1].answer == "B"
    assert nested[1].wordings["cn"].options["B"] == "选项right 1"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda row: row["question"].update(answer="E"), "its answer is 'E'"),
        (lambda row: row["question"].update(answer=["A"]), "its answer is"),
        (lambda row: row["question"]["cn_options"].pop("D"), "`cn_options` are not A, B, C and D"),
        (lambda row: row["question"]["en_options"].update(E="more"), "`en_options` are not A, B, C and D"),
        (
            lambda row: row["question"]["en_options"].update(A=" "),
            "option A of `en_options` is missing",
        ),
        (lambda row: row["question"]["en_options"].update(A="x", B="X"), "two of `en_options` are the same"),
        (
            lambda row: row["question"].update(en_question="a \ud800"),
            "`en_question` holds half of a surrogate",
        ),
        (lambda row: row.update(id={"a": 1}), "its id {'a': 1} is neither a number nor a short text"),
        (lambda row: row["question"].pop("cn_question"), "`cn_question` is missing or empty"),
        (lambda row: row["question"].update(dimension="Smell"), "there is no dimension 'Smell'"),
        (
            lambda row: row["question"].update(dimension="Object Counting"),
            "it names the dimension 'Object Counting' and is listed under another",
        ),
        (lambda row: row.pop("dst_thermal_path"), "`dst_thermal_path` is missing or empty"),
        (lambda row: row.pop("question"), "it is no object with a `question` in it"),
    ],
)
def test_a_question_that_could_not_be_scored_is_told_by_its_place(
    small: IfbenchSet, change: Change, said: str
) -> None:
    change(small.rows["Image Theme"][1])
    small.data.write_text(json.dumps(small.rows), "utf-8")
    with pytest.raises(ConfigError, match="Image Theme, number 2") as caught:
        read_questions(small.data, BOTH)
    assert said in str(caught.value)


def test_a_language_that_nobody_asks_may_be_missing(small: IfbenchSet) -> None:
    for rows in small.rows.values():
        for row in rows:
            del row["question"]["cn_options"]
    small.write()
    assert len(read_questions(small.data, ("en",))) == 20


def test_a_question_that_stands_twice_is_refused_whatever_its_id(small: IfbenchSet) -> None:
    rows = small.rows["Image Theme"]
    rows.append(rows[0])
    small.write()
    with pytest.raises(ConfigError, match="stands in the file already"):
        read_questions(small.data, BOTH)
    rows.pop()
    rows[0]["id"] = rows[1]["id"] = "same"
    small.write()
    with pytest.raises(ConfigError, match="'same' stands in the file already"):
        read_questions(small.data, BOTH)


def test_many_mistakes_are_counted_and_the_first_are_told(small: IfbenchSet) -> None:
    for rows in small.rows.values():
        rows[0]["question"]["answer"] = "?"
    small.write()
    with pytest.raises(ConfigError, match="and 5 more"):
        read_questions(small.data, BOTH)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "is no JSON"),
        ('{"Image Theme": [], "Image Theme": []}', "the name 'Image Theme' stands twice"),
        ("7", "is neither a list of questions nor lists by dimension"),
        ("[]", "holds no question"),
        ('{"Image Theme": 3}', "holds no list of questions"),
        (b"\xff\xfe", "is no JSON"),
    ],
)
def test_a_broken_file_is_one_message(small: IfbenchSet, text: str | bytes, said: str) -> None:
    small.data.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ConfigError, match=said):
        read_questions(small.data, BOTH)
    small.data.unlink()
    with pytest.raises(ConfigError, match="No such file"):
        read_questions(small.data, BOTH)


@pytest.mark.parametrize("text", ["All of the above", "None of them is warm", "以上所有", "它们都不是"])
def test_an_option_that_means_the_others_is_noticed(small: IfbenchSet, text: str) -> None:
    small.rows["Image Theme"][0]["question"]["cn_options"]["D"] = text
    small.write()
    assert len(list_all_of_the_above(read_questions(small.data, BOTH))) == 1
