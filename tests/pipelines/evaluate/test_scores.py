"""Scores, differences and guesses add up as published: checked against values worked out by hand."""

import os
from pathlib import Path

import numpy as np
import pytest

from irloom.pipelines.evaluate.ifbench.blind import guess_blindly
from irloom.pipelines.evaluate.ifbench.results import Asked, Counts, Results, find_common
from irloom.pipelines.evaluate.ifbench.scores import (
    AVERAGE,
    Table,
    compare_runs,
    compare_variants,
    count_consistent,
    score,
)
from irloom.pipelines.evaluate.ifbench.source import read_questions
from support.ifbench import IfbenchSet

REAL = Path(os.environ.get("IRLOOM_IFBENCH", "/nowhere/if_bench.json"))


def make_results(cells: dict[tuple[str, str], dict[str, list[float | None]]], name: str = "run") -> Results:
    dimensions = {"a": "Image Theme", "b": "Image Theme", "c": "Object Counting"}
    return Results(
        name=name,
        model="m",
        reading="token",
        rotations=4,
        dimensions=dimensions,
        cells={
            cell: {sample: Asked(list(right)) for sample, right in asked.items()}
            for cell, asked in cells.items()
        },
        counts={variant: Counts() for variant, _ in cells},
    )


EN: dict[str, list[float | None]] = {"a": [1, 1, 1, 1], "b": [1, 0, 0, 0], "c": [0, 1, 1, None]}
CN: dict[str, list[float | None]] = {"a": [1, 1, 0, 0], "b": [0, 0, 0, 0], "c": [1, 1, 1, 1]}


def find(tables: list[Table], variant: str, language: str) -> Table:
    (found,) = (one for one in tables if (one.variant, one.language) == (variant, language))
    return found


def test_a_score_is_the_mean_over_rotations_then_questions_then_dimensions_then_languages() -> None:
    tables = score(make_results({("normal", "en"): EN, ("normal", "cn"): CN}))
    english, chinese, both = (find(tables, "normal", one) for one in ("en", "cn", AVERAGE))
    assert english.dimensions["Image Theme"].value == (1 + 0.25) / 2
    assert english.macro.value == ((1 + 0.25) / 2 + 0.5) / 2
    assert chinese.macro.value == (0.25 + 1) / 2
    assert both.macro.value == (english.macro.value + chinese.macro.value) / 2
    assert both.dimensions["Image Theme"].value == (0.625 + 0.25) / 2
    assert (english.strict, chinese.strict, both.strict) == (0.25, 0.5, 0.375)
    assert english.strict_dimensions == {"Image Theme": 0.5, "Object Counting": 0.0}


def test_what_failed_is_wrong_in_the_score_and_left_out_beside_it() -> None:
    (table,) = [one for one in score(make_results({("normal", "en"): EN})) if one.language == "en"]
    assert table.macro.value == pytest.approx((0.625 + 0.5) / 2)
    assert table.answered == pytest.approx((0.625 + 2 / 3) / 2)


def test_an_interval_holds_the_score_and_has_the_weights_of_the_dimensions() -> None:
    many = {f"q{n}": "Image Theme" if n < 90 else "Object Counting" for n in range(100)}
    cells = {("normal", "en"): {name: Asked([float(int(name[1:]) % 3 == 0)]) for name in many}}
    results = Results("r", "m", "token", 1, many, cells)
    table = find(score(results, resamples=2000), "normal", "en")
    assert table.macro.low is not None
    assert table.macro.high is not None
    assert table.macro.low < table.macro.value < table.macro.high
    spread = {name: (one.high or 0.0) - (one.low or 0.0) for name, one in table.dimensions.items()}
    assert spread["Object Counting"] > 2 * spread["Image Theme"], "ten questions say less than ninety"
    variance = (0.3333 * 0.6667 / 90 + 0.4 * 0.6 / 10) / 4
    assert table.macro.high - table.macro.low == pytest.approx(2 * 1.96 * np.sqrt(variance), rel=0.1)


def test_a_variant_is_compared_with_normal_in_points_and_relatively() -> None:
    results = make_results({("normal", "en"): EN, ("prior+pair", "en"): CN})
    differences = compare_variants(results)
    english = next(one for one in differences if one.language == "en")
    assert english.name == "prior+pair - normal (GenViP)"
    assert english.absolute.value == pytest.approx(0.625 - 0.5625)
    assert english.relative is not None
    assert english.relative.value == pytest.approx(0.0625 / 0.5625)
    assert english.dimensions["Image Theme"].value == pytest.approx(0.25 - 0.625)


def test_equal_variants_differ_by_nothing_in_every_resample() -> None:
    (english,) = compare_variants(make_results({("normal", "en"): EN, ("pair", "en"): EN}))
    assert (english.absolute.value, english.absolute.low, english.absolute.high) == (0, 0, 0)


def test_no_relative_gain_is_told_over_nothing() -> None:
    nothing: dict[str, list[float | None]] = {name: [0, 0, 0, 0] for name in "abc"}
    (english,) = compare_variants(make_results({("normal", "en"): nothing, ("pair", "en"): EN}))
    assert english.relative is None


def test_runs_are_compared_on_the_questions_of_both() -> None:
    first, other = make_results({("normal", "en"): EN}), make_results({("normal", "en"): CN}, "other")
    del other.dimensions["b"]
    (difference,) = compare_runs([first, other])
    assert difference.questions == 2
    assert difference.absolute.value == pytest.approx((0.5 + 1) / 2 - (1 + 0.5) / 2)
    other.dimensions.clear()
    assert compare_runs([first, other]) == []


def test_questions_that_share_an_id_alone_are_no_pair() -> None:
    first, other = make_results({("normal", "en"): EN}), make_results({("normal", "en"): CN}, "other")
    first.wanted = {name: {"en": (f"What of {name}?", {"A": "x", "B": "y"}, "A")} for name in "abc"}
    other.wanted = {**first.wanted, "b": {"en": ("Another?", {"A": "x", "B": "y"}, "A")}}
    (difference,) = compare_runs([first, other])
    assert difference.questions == 2
    assert find_common(first, other) == ({"a", "c"}, 1)


def test_one_language_has_no_average_and_runs_are_compared_language_by_language() -> None:
    cells = {("normal", "en"): EN, ("normal", "cn"): CN}
    assert [one.language for one in score(make_results({("normal", "en"): EN}))] == ["en"]
    assert [one.language for one in score(make_results(cells))] == ["en", "cn", AVERAGE]
    swapped = make_results({("normal", "en"): CN, ("normal", "cn"): EN}, "other")
    found = {one.language: one.absolute.value for one in compare_runs([make_results(cells), swapped])}
    assert list(found) == ["en", "cn", AVERAGE]
    assert found["en"] == pytest.approx(-found["cn"])
    assert found["en"] != 0
    assert found[AVERAGE] == pytest.approx(0)


def test_a_dimension_of_one_question_has_no_interval() -> None:
    (table,) = score(make_results({("normal", "en"): EN}))
    alone, several = table.dimensions["Object Counting"], table.dimensions["Image Theme"]
    assert (alone.low, alone.high) == (None, None)
    assert several.low is not None
    assert table.macro.low is not None
    (gain,) = compare_variants(make_results({("normal", "en"): EN, ("pair", "en"): CN}))
    assert gain.dimensions["Object Counting"].low is None
    assert gain.dimensions["Image Theme"].low is not None


def test_a_model_is_consistent_where_it_chooses_the_same_option_in_all_orders() -> None:
    results = make_results({("normal", "en"): EN})
    chosen: dict[str, list[str | None]] = {"a": list("AAAA"), "b": list("ABAA"), "c": ["B", None, "B", "B"]}
    for name, letters in chosen.items():
        results.cells["normal", "en"][name].chosen = letters
    assert count_consistent(results, "normal") == pytest.approx(1 / 3)


def test_guessing_is_scored_by_its_expectation(small: IfbenchSet) -> None:
    items = read_questions(small.data, ("en", "cn"))
    found = {one.name: score(one) for one in guess_blindly(items, ("en", "cn"))}
    longest = find(found["longest option"], "blind", "en")
    # Even questions are given away by their length; of the odd ones' options the wrong ones tie, longer.
    assert longest.macro.value == 0.5
    assert longest.strict == 0.5
    assert all(find(found[f"always {one}"], "blind", AVERAGE).macro.value == 0.25 for one in "ABCD")
    assert "majority (A)" in found


def test_ties_of_the_longest_option_count_their_share(small: IfbenchSet) -> None:
    question = small.rows["Image Theme"][0]["question"]
    question["en_options"] = {"A": "long", "B": "tall", "C": "x", "D": "y"}
    small.write()
    items = read_questions(small.data, ("en",))
    asked = guess_blindly(items, ("en",))[0].cells["blind", "en"]
    item = next(one for one in items if one.wordings["en"].options["C"] == "x")
    assert asked[item.id].score == (0.5 if item.answer in "AB" else 0.0)
    assert asked[item.id].strict == 0.0


def test_the_majority_letter_is_that_of_the_rotations_that_are_asked(small: IfbenchSet) -> None:
    items = [
        item.model_copy(update={"answer": letter})
        for item, letter in zip(read_questions(small.data, ("en",)), "ABBCCD", strict=False)
    ]
    names = {turns: guess_blindly(items, ("en",), turns)[-1].name for turns in (1, 2, 4)}
    assert names == {1: "majority (B)", 2: "majority (C)", 4: "majority (B)"}


def test_one_rotation_alone_favours_the_letters_that_are_often_right(small: IfbenchSet) -> None:
    items = read_questions(small.data, ("en",))
    found = {one.name: score(one) for one in guess_blindly(items, ("en",), rotations=1)}
    assert find(found["always A"], "blind", "en").macro.value == pytest.approx(
        np.mean([0.5, 0.0, 0.5, 0.0, 0.5, 0.0, 0.5, 0.0, 0.5, 0.0])
    )


@pytest.mark.skipif(not REAL.is_file(), reason="IRLOOM_IFBENCH does not name IF-Bench's own if_bench.json")
def test_on_the_real_questions_the_longest_option_scores_what_is_known() -> None:
    items = read_questions(REAL, ("en", "cn"))
    assert len(items) == 680
    tables = score(guess_blindly(items, ("en", "cn"))[0])
    english, chinese, both = (find(tables, "blind", one) for one in ("en", "cn", AVERAGE))
    shown = [round(100 * one.macro.value, 1) for one in (english, chinese, both)]
    assert shown == [40.2, 41.3, 40.7]
    assert [round(100 * one.strict, 1) for one in (english, chinese)] == [36.2, 28.9]
    assert round(100 * english.dimensions["Target Localization"].value, 1) == 65.8
    assert round(100 * chinese.dimensions["Object Counting"].value, 1) == 24.2
