import os
import subprocess
import sys

import pytest

from irloom.backends.offline.chat.english import article_for
from irloom.scene.nouns import counted, find_mentions, mentioned, plural, stated_counts


@pytest.mark.parametrize(
    ("label", "count", "said"),
    [
        ("dog", 1, "one dog"),
        ("person", 2, "two people"),
        ("sheep", 3, "three sheep"),
        ("knife", 4, "four knives"),
        ("scissors", 1, "one pair of scissors"),
        ("skis", 2, "two pairs of skis"),
        ("broccoli", 2, "two pieces of broccoli"),
        ("wine glass", 5, "five wine glasses"),
        ("bus", 2, "two buses"),
        ("toothbrush", 2, "two toothbrushes"),
        ("tv", 1, "one TV"),
        ("tv", 2, "two TVs"),
        ("mouse", 2, "two mice"),
        ("teddy bear", 20, "twenty teddy bears"),
        ("car", 37, "37 cars"),
        ("traffic cone", 2, "two traffic cones"),
        ("ferry", 2, "two ferries"),
    ],
)
def test_numbers_take_the_right_plural(label: str, count: int, said: str) -> None:
    assert counted(label, count) == said


@pytest.mark.parametrize(
    ("label", "one", "two"),
    [
        ("person?", "one object labelled “person?”", "two objects labelled “person?”"),
        ("人", "one object labelled “人”", "two objects labelled “人”"),
        ("car #2", "one object labelled “car #2”", "two objects labelled “car #2”"),
        ("traffic_light", "one traffic light", "two traffic lights"),
        ("bow_(weapon)", "one bow (weapon)", "two bows (weapon)"),
        ("awning-tricycle", "one awning-tricycle", "two awning-tricycles"),
        ("scissors_(tool)", "one pair of scissors (tool)", "two pairs of scissors (tool)"),
        ("café", "one café", "two cafés"),
    ],
)
def test_no_odd_plural_becomes_text(label: str, one: str, two: str) -> None:
    assert (counted(label, 1), counted(label, 2)) == (one, two)
    assert [(found.label, found.least) for found in stated_counts(f"There are {two}.", [label])] == [
        (label, 2)
    ]


def test_articles_follow_the_sound() -> None:
    words = ("orange", "umbrella", "unicycle", "hourglass", "one-way", "uninvited", "dog")
    assert [article_for(word) for word in words] == ["an", "an", "a", "an", "a", "an", "a"]


def test_captions_mention_labels_by_plural_and_synonym() -> None:
    assert mentioned("Two men ride bikes past a plane") == {"person", "bicycle", "airplane"}
    assert mentioned("A hot dog on a dining table") == {"hot dog", "dining table"}
    assert mentioned("Two traffic cones", ["traffic cone"]) == {"traffic cone"}
    assert plural("traffic cone") == "traffic cones"


def test_counts_are_read_with_their_certainty() -> None:
    read = [
        (stated.label, stated.least, stated.exact)
        for stated in stated_counts("Two dogs, several cats, 3 men")
    ]
    assert read == [("dog", 2, True), ("cat", 3, False), ("person", 3, False)]


def test_a_number_before_a_label_of_two_words_counts_that_label() -> None:
    assert [one.label for one in stated_counts("Two hot dogs and two small dogs.")] == ["hot dog", "dog"]


@pytest.mark.parametrize("text", ["Of the two the cat is warmer.", "There are two and a cat."])
def test_a_number_of_something_else_is_none_of_the_label(text: str) -> None:
    assert stated_counts(text) == []


def test_a_mention_says_where_its_word_stands() -> None:
    text = "Two hot dogs lie beside a puppy."
    found = find_mentions(text)
    assert [(one.label, text[one.start : one.end]) for one in found] == [
        ("hot dog", "hot dogs"),
        ("dog", "puppy"),
    ]


@pytest.mark.parametrize("labels", [{"glove", "gloves"}, {"Van", "van"}])
def test_of_labels_that_differ_in_number_or_case_alone_always_the_same_one_counts(labels: set[str]) -> None:
    text = "two gloves in a van"
    code = f"from irloom.scene.nouns import mentioned; print(*sorted(mentioned({text!r}, {labels})))"
    said = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(said) == 1
