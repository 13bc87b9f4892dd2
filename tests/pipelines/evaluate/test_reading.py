"""Replies are read in the published way with its flaws, and in a sound one without them."""

import random

import pytest

from irloom.pipelines.evaluate.ifbench.reading import RULES, read_first, read_token
from irloom.pipelines.evaluate.reading import list_doubtful, score_reply
from irloom.pipelines.evaluate.records import Heard, Posed
from irloom.records import Fault

NO_CHECK = Fault(stage="check", error="EndpointError", message="no such model")
POSED = Posed(
    name="normal.en.0",
    variant="normal",
    language="en",
    prompt="p",
    fields={},
    sights=(),
    options={"A": "The crowd of people", "B": "The trees", "C": "The ground", "D": "The sky above"},
    right="B",
)


@pytest.mark.parametrize(
    ("text", "first", "token"),
    [
        ("B", "B", "B"),
        (" B\n", "B", "B"),
        ("B.", "B", "B"),
        ("A.", "A", "A"),
        ("B. The trees", "B", "B"),
        ("B) The trees", "B", "B"),
        ("B: The trees", "B", "B"),
        ("B - The trees", "B", "B"),
        ("B The trees", "B", "B"),
        ("b", None, "B"),
        ("(C)", None, "C"),
        ("[D]", None, "D"),
        ("**B**", None, "B"),
        ("**B.** The trees are warm.", None, "B"),
        ("Based on the image, the answer is C.", "B", "C"),
        ("Based on the image, nothing is certain.", "B", None),
        ("According to the picture", "A", None),
        ("Clearly the sky is the coldest.", "C", None),
        ("Definitely warm", "D", None),
        ("A person walks past the trees.", "A", None),
        ("A crowd of people", "A", None),
        ("The answer is B", None, "B"),
        ("The correct option is: **D**", None, "D"),
        ("Answer: C", "A", "C"),
        ("The answer is a tree.", None, None),
        ("I would choose option A, not option B.", None, None),
        ("Option A is wrong. The answer is B.", None, "B"),
        ("Looking at it, B seems right.", None, "B"),
        ("It could be A or B.", None, None),
        ("The correct answer is not B.", None, None),
        ("It can't be option C", None, None),
        ("不是B", None, None),
        ("A, B and C are wrong", "A", None),
        ("A. The crowd\nB. The trees\nC. The ground", "A", None),
        ("D-day", "D", None),
        ("C4 and C's", "C", None),
        ("The trees", None, "B"),
        ("the sky above.", None, "D"),
        (r"\boxed{C}", None, "C"),
        (r"So it is $\boxed{\text{C}}$.", None, "C"),
        ("<answer>D</answer>", None, "D"),
        ("<answer><|begin_of_box|>D<|end_of_box|></answer>", None, "D"),
        ("<think>Is it A? The answer is A.</think>\n\nB", "B", "B"),
        ("It is A.</think>B", "B", "B"),
        ("<think>no</think>Because it is C", "B", "C"),
        ("答案是B。", None, "B"),
        ("正确答案：C", None, "C"),
        ("答案为 D", None, "D"),
        ("我选择A。", None, "A"),
        ("选B", None, "B"),
        ("应选 C，因为最亮。", None, "C"),
        ("选项D", None, "D"),
        ("B。树木", "B", "B"),
        ("B、树木", "B", "B"),
        ("Ｂ", None, "B"),
        ("（Ｃ）", None, "C"),
        ("图中最亮的是人群", None, None),
        ("E", None, None),
        ("", None, None),
        ("   ", None, None),
    ],
)
def test_a_letter_is_read(text: str, first: str | None, token: str | None) -> None:
    heard = Heard(text=text)
    assert (read_first(heard, POSED), read_token(heard, POSED)) == (first, token)


def test_thoughts_that_were_cut_off_are_no_answer_to_the_sound_way() -> None:
    heard = Heard(text="", thinking="The answer is B", finish="length")
    assert heard.is_cut
    assert read_token(heard, POSED) is None
    assert read_first(heard, POSED) is None
    assert list_doubtful(RULES, [(POSED, heard)]), "the published script gives them to its checker"


def test_thoughts_that_ended_without_an_answer_are_an_empty_reply_and_nobody_is_asked() -> None:
    heard = Heard(text="", thinking="The answer is B")
    assert list_doubtful(RULES, [(POSED, heard)]) == []
    assert [one.read for one in score_reply(RULES, POSED, heard, "B").values()] == [None, None]


def test_a_space_before_the_checkers_letter_is_no_letter_in_the_published_way() -> None:
    found = score_reply(RULES, POSED, Heard(text="Hm"), " B")
    assert (found["first-character"].read, found["token"].read) == (None, "B")


def test_the_checker_is_needed_if_either_way_cannot_read_and_something_was_said() -> None:
    replies = ["B", "The answer is B", "Based on", "", "?"]
    heard = [(POSED, Heard(text=text)) for text in replies]
    assert [one.text for _, one in list_doubtful(RULES, heard)] == ["The answer is B", "Based on", "?"]


def test_what_the_checker_says_counts_only_where_the_rule_could_not_read() -> None:
    found = score_reply(RULES, POSED, Heard(text="The answer is C"), "B")
    assert (found["first-character"].read, found["first-character"].read_by) == ("B", "checker")
    assert (found["token"].read, found["token"].read_by, found["token"].correct) == ("C", "rule", False)
    unsure = score_reply(RULES, POSED, Heard(text="Hm"), "F")
    assert [(one.read, one.read_by, one.correct) for one in unsure.values()] == [(None, None, False)] * 2


def score_as_published(reply: str, checked: str, right: str) -> bool:
    """The rules of seeds 2.7, written down once more by themselves."""
    text = reply.strip()
    if "</think>" in text:
        text = text.split("</think>")[-1].strip()
    if text and text[0] not in "ABCD":
        said = checked.strip("\n")
        text = said if said and said[0] in "ABCD" else text
    return bool(text) and text[0] == right


def test_the_published_way_equals_its_rules_on_many_replies() -> None:
    chance = random.Random(7)
    parts = ["A", "B", "C", "D", "F", " ", "\n", "</think>", "<think>", "Based on", "答案", ".", "it is "]
    for _ in range(4000):
        reply = "".join(chance.choices(parts, k=chance.randrange(6)))
        checked = "".join(chance.choices(parts, k=chance.randrange(3)))
        heard = Heard(text=reply)
        asked = bool(list_doubtful(RULES, [(POSED, heard)]))
        found = score_reply(RULES, POSED, heard, checked if asked else None)["first-character"]
        expected = score_as_published(reply, checked, "B")
        if "</think>" in checked:
            continue  # the published checker does not think
        assert found.correct == expected, (reply, checked)


@pytest.mark.parametrize(("text", "left"), [("**B** it is.", ["token"]), ("Warm.", []), ("B", [*RULES])])
def test_of_a_check_that_failed_only_the_readings_that_wait_for_it_are_missing(
    text: str, left: list[str]
) -> None:
    readings = score_reply(RULES, POSED, Heard(text=text), NO_CHECK)
    assert sorted(readings) == sorted(left)
    assert all((one.read, one.read_by) == ("B", "rule") for one in readings.values())
