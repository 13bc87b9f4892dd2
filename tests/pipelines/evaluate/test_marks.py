"""Marks say of a question which of its replies are right, wrong or unread."""

from itertools import count
from typing import Any

from irloom.pipelines.evaluate.marks import list_marks, list_variant_marks, tell_variants

NUMBERS = count()


def answer(variant: str, correct: bool | None, read: str | None = "A") -> dict[str, Any]:
    """A reply to an ask of its own."""
    ask = f"{variant}.en.{next(NUMBERS)}"
    return {"sample": "q", "ask": ask, "variant": variant, "correct": correct, "read": read}


def fail(variant: str | None, task: str | None = None) -> dict[str, Any]:
    return {"sample": "q", "task": task or variant, "variant": variant}


def test_right_replies_alone_are_all_right() -> None:
    rows = {"answers": [answer("normal", True), answer("blind", True)]}
    assert [*list_marks(rows)] == ["all right"]
    assert [*list_variant_marks(rows)] == ["normal: all right", "blind: all right"]


def test_wrong_and_unread_replies_are_told_apart() -> None:
    rows = {"answers": [answer("normal", True), answer("normal", False), answer("blind", False, None)]}
    assert [*list_marks(rows)] == ["some wrong", "some unread"]
    assert [*list_variant_marks(rows)] == ["normal: some wrong", "blind: none right", "blind: some unread"]


def test_a_failed_ask_is_wrong() -> None:
    rows = {
        "answers": [answer("normal", True), answer("normal", True), answer("pair", True)],
        "failed": [fail("normal"), fail("blind")],
    }
    assert [*list_marks(rows)] == ["some wrong"]
    assert [*list_variant_marks(rows)] == [
        *("normal: some wrong", "pair: all right", "blind: some wrong", "blind: none right")
    ]


def test_a_question_whose_asks_all_failed_has_none_right_where_asks_can_be_right() -> None:
    failed = [fail("normal"), fail("normal")]
    assert [*list_marks({"questions": [{"options": {"A": "one"}}], "failed": failed})] == [
        *("some wrong", "none right")
    ]
    assert [*list_marks({"questions": [{"options": {}}], "failed": failed})] == []


def test_a_failed_ask_is_not_wrong_where_replies_are_neither() -> None:
    rows = {"answers": [answer("normal", None)], "failed": [fail("normal")]}
    assert [*list_marks(rows), *list_variant_marks(rows)] == []


def test_what_is_neither_right_nor_wrong_has_no_mark() -> None:
    rows = {"answers": [answer("normal", None), answer("normal", None)]}
    assert [*list_marks(rows)] == []
    assert tell_variants(rows) == {"normal": "2 answered"}


def test_a_question_without_replies_has_no_mark() -> None:
    assert [*list_marks({"failed": [fail(None)]})] == []
    assert tell_variants({"failed": [fail(None)]}) == {}


def test_each_variant_tells_its_right_unread_and_failed_asks() -> None:
    rows = {
        "answers": [answer("normal", True), answer("normal", False, None)],
        "failed": [fail("normal"), fail("blind")],
    }
    assert tell_variants(rows) == {
        "normal": "1 of 3 right, 1 unread, 1 failed",
        "blind": "0 of 1 right, 1 failed",
    }


def test_an_ask_whose_reply_was_read_did_not_fail_where_a_check_of_it_did() -> None:
    read = answer("normal", True)
    rows = {"answers": [read], "failed": [fail("normal", read["ask"])]}
    assert [*list_variant_marks(rows)] == ["normal: all right"]
    assert tell_variants(rows) == {"normal": "1 of 1 right"}
