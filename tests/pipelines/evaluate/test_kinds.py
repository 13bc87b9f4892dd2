"""Probabilities, temperatures and judged texts are read where a reply leaves no doubt."""

import math
from pathlib import Path

import pytest

from irloom.pipelines.evaluate.kinds import (
    JUDGE,
    make_judged_text,
    make_probability,
    make_temperature,
    name_judge,
    read_probability,
    read_temperature,
)
from irloom.pipelines.evaluate.kinds.short_text import read_same, read_verdict
from irloom.pipelines.evaluate.reading import score_reply
from irloom.pipelines.evaluate.records import Heard, Posed
from irloom.prompts import Prompts
from support.chat_server import Asked, ChatServer
from support.own_bench import bring_in, make_item, pose_one
from support.own_runs import read_rows, run_own

POSED = Posed(
    name="a", variant="normal", language="en", prompt="p", fields={}, sights=(), options={}, right="37"
)


def posed(right: str) -> Posed:
    return POSED.model_copy(update={"right": right})


@pytest.mark.parametrize(
    ("text", "read"),
    [
        *(("0.8", "0.8"), ("0,8", "0.8"), ("1", "1"), ("0", "0"), (".", None), ("80%", "0.8")),
        *(("80 percent", "0.8"), ("80 per cent", "0.8"), ("8/10", "0.8"), ("85 out of 100", "0.85")),
        *(("I would say 12.5 %.", "0.125"), ("1%", "0.01"), ("８０％", "0.8"), ("百分之八十", None)),
        *(("百分之80", "0.8"), ("80", None), ("1.2", None), ("-0.5", None), ("120%", None)),
        *(
            ("between 0.2 and 0.4", None),
            ("From 0 to 1: 0.7", "0.7"),
            ("on a scale from 0 to 100%: 70%", "0.7"),
        ),
        *(("There are 2 people, so the answer is 0.9", "0.9"), ("yes", None), ("", None)),
        *(("P(a) is 0.2 and P(b) is 0.9", None), ("P(a) is 0.2. Final answer: about 0.9", "0.9")),
        *(("<think>0.1</think>0.7", "0.7"), ("0.70, that is 70 %", "0.7")),
    ],
)
def test_a_stated_probability_is_read_where_it_is_clear_which(text: str, read: str | None) -> None:
    assert read_probability(Heard(text=text), POSED) == read


def test_first_tokens_count_before_what_was_said() -> None:
    tokens = (("Yes", math.log(0.3)), ("No", math.log(0.1)))
    assert read_probability(Heard(text="No, 0.1", first_tokens=tokens), POSED) == "0.75"
    neither = (("The", math.log(0.9)),)
    assert read_probability(Heard(text="0.4", first_tokens=neither), POSED) is None


def test_a_probability_is_a_score_unless_a_threshold_makes_it_a_yes() -> None:
    rules = {"score": make_probability(), "half": make_probability(0.5)}
    for text, right, correct in (("0.8", "yes", True), ("0.8", "no", False), ("0.2", "no", True)):
        read = score_reply(rules, posed(right), Heard(text=text), None)
        assert (read["score"].correct, read["half"].correct) == (None, correct)
    unread = score_reply(rules, posed("yes"), Heard(text="who knows"), None)
    assert (unread["score"].correct, unread["half"].correct) == (None, False)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        *(("37", "37"), ("about 37", "37"), ("36.5 °C", "36.5"), ("36,5 °C", "36.5"), ("37℃", "37")),
        *(("37 º C", "37"), ("37 degrees", "37"), ("37 degrees Celsius", "37"), ("37 deg. C", "37")),
        *(("98.6 °F", "37"), ("98.6 degrees Fahrenheit", "37"), ("310.15 K", "37"), ("310.15 kelvin", "37")),
        *(("-5 °C", "-5"), ("−5 °C", "-5"), ("-0 °C", "0"), ("摄氏37度", "37"), ("37度", "37")),
        *(("1,200 °C", "1200"), ("It is 20 °C, 30 °C. Answer: 30 °C", "30")),
        *(("37 °C (98.6 °F)", "37"), ("98.6 °F (37 °C)", "37"), ("37 ± 1 °C", "37"), ("~ 37 °C", "37")),
        *(("between 20 and 30 °C", None), ("20-30 °C", None), ("20 °C – 30 °C", None), ("20 to 30", None)),
        *(("36 or 37 °C", None), ("hot", None), ("", None), ("-300 °C", None), ("<think>99</think>37", "37")),
        *(("There are 2 people, of which one has 37 °C.", "37"), ("In picture C4 it is 37", "37")),
        *(("The scale ends at 40 °C. The temperature is 36 °C.", "36"),),
        *(("the answer is: 36 °C, not 40 °C", "36"),),
        *(("The highest is 85 °C and the lowest is 20 °C.", None),),
        *(("5 Kites at 20 °C", "20"), ("12 Faces", "12")),
    ],
)  # fmt: skip
def test_a_temperature_is_read_in_celsius(text: str, read: str | None) -> None:
    assert read_temperature(Heard(text=text), POSED) == read


def test_a_temperature_may_be_off_by_as_much_as_the_benchmark_lets_it() -> None:
    rule = make_temperature(1.0)
    assert rule.is_right is not None
    found = [rule.is_right(read, POSED) for read in ("36", "38", "37.95", "38.01")]
    assert found == [True, True, True, False]


@pytest.mark.parametrize(
    ("text", "right", "read"),
    [
        *(("A red car.", "red car", "right"), ("It's the Red  Car", "a red car", "right")),
        *(("red cars", "red car", None), ("", "", None), ("3.5", "3.5", "right"), ("35", "3.5", None)),
        *(("<think>a bus</think>car", "car", "right"), ("**car**", "car", "right")),
    ],
)
def test_a_text_in_the_right_words_is_right_by_rule(text: str, right: str, read: str | None) -> None:
    assert read_same(Heard(text=text), posed(right)) == read


@pytest.mark.parametrize(
    ("said", "read"),
    [
        *(("right", "right"), ("Wrong.", "wrong"), ("**Right**", "right"), ("correct", "right")),
        *(("Incorrect: it does not name the car", "wrong"), ("The reply is right", "right")),
        *(("It is not right", None), ("right or wrong", None), ("", None), ("bright", None)),
    ],
)
def test_a_verdict_is_read_where_it_is_clear(said: str, read: str | None) -> None:
    assert read_verdict(said, Heard(text="a bus"), posed("car")) == read


def test_a_reply_that_says_nothing_is_not_right_whatever_the_judge_says() -> None:
    assert read_verdict("right", Heard(text="<think>a car"), posed("car")) is None


def test_what_is_said_in_other_words_goes_to_the_judge(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answer(asked: Asked, again: int) -> str:
        text = asked.fields["text"]
        if "right or wrong" in text:
            return "right" if "an automobile" in text else "wrong"
        return {"1": "A car", "2": "an automobile", "3": "a bus"}[text[-2]]

    bring_in(
        monkeypatch,
        {"judged": make_judged_text()},
        lambda item, config: [pose_one(item, **name_judge(item.wordings["en"].question, item.answer))],
        prompts=(JUDGE,),
    )
    items = [make_item(number, answer="car") for number in (1, 2, 3)]
    with ChatServer(fault=answer) as server:
        code, run = run_own(tmp_path, server, items, "--checker", server.model)
        judged = [asked.fields["text"] for asked in server.asked if "right or wrong" in asked.fields["text"]]
    assert code == 0
    assert len(judged) == 2
    assert all("What of picture" in text and "\ncar\n" in text for text in judged)
    found = {
        row["sample"]: (row["read"], row["read_by"], row["correct"]) for row in read_rows(run, "answers")
    }
    assert found == {
        "q1": ("right", "rule", True),
        "q2": ("right", "checker", True),
        "q3": ("wrong", "checker", False),
    }
    assert Prompts.load().digests[JUDGE] in read_rows(run, "answers")[1]["prompts"].values()


def test_without_a_judge_texts_cannot_be_scored_and_the_run_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bring_in(monkeypatch, {"judged": make_judged_text()})
    with ChatServer() as server:
        code, run = run_own(tmp_path, server, [make_item(1)])
        assert server.asked == []
    assert code == 2
    assert "name one of the endpoint with --checker" in capsys.readouterr().err
    assert not run.exists()


def test_a_slot_without_a_value_is_told_before_anything_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bring_in(
        monkeypatch,
        {"judged": make_judged_text()},
        lambda item, config: [pose_one(item, check=JUDGE)],
        prompts=(JUDGE,),
    )
    with ChatServer() as server:
        code, _ = run_own(tmp_path, server, [make_item(1)], "--checker", server.model)
        assert server.asked == []
    assert code == 2
    assert "slots without a value ['question', 'right']" in capsys.readouterr().err
