import random
import time

import pytest

from irloom.backends.offline.chat.filter import NOTHING_LEFT, remove_words, rephrase, strip_label
from irloom.lexicon import Lexicon
from irloom.records import Category

LEXICON = Lexicon.load(None)
SEEN: tuple[Category, ...] = ("colour", "material", "text", "transparency", "lighting", "uncertain")


@pytest.mark.parametrize(
    ("caption", "rewrite"),
    [
        ("An orange bus waits at a stop", "A bus waits at a stop."),
        ("A black and white cat sleeps.", "A cat sleeps."),
        ("Fruit on a white and blue plate.", "Fruit on a plate."),
        ("a blue, yellow, and red parrot", "A parrot."),
        ("The kitchen is yellow with white cabinets.", "The kitchen has cabinets."),
        ("The bus is red.", "There is a bus."),
        ("The buses are blue.", "There are buses."),
        ("The man is wearing white and playing tennis", "The man is playing tennis."),
        ("A dog lies on a couch and the couch is brown.", "A dog lies on a couch."),
        ("The grass is green and the sky is blue.", "The grass and the sky."),
        ("Two cats, one black and one white, on a bed", "Two cats on a bed."),
        ("A car colored blue next to a wall", "A car next to a wall."),
        ("A wall in the color red.", "A wall."),
        ("A woman in red stands by a wall", "A woman stands by a wall."),
        ("A man dressed in black holding a bag", "A man holding a bag."),
        ("A big, red bus.", "A big bus."),
        ("A red and big bus", "A big bus."),
        ("A blonde holding a phone", "A person holding a phone."),
        ("A lady with dark brown hair has a comb.", "A lady has a comb."),
        ("A black and white photo of a dog.", "A photo of a dog."),
        ("An umbrella, blue in color, sits on a bench", "An umbrella sits on a bench."),
        ("A purple hourglass.", "An hourglass."),
        ("An orange, a banana and a red apple", "An orange, a banana and an apple."),
        ("LARGE BROWN AND WHITE DOG RUNS IN A YARD", "Large dog runs in a yard."),
        ("A red and a white bus stop", "A bus and a bus stop."),
        ("The boy has blonde hair and blue eyes.", "There is a boy."),
        ("The signal is showing red above the street.", "The signal is above the street."),
        ("Red, white and blue", NOTHING_LEFT),
        ("White", NOTHING_LEFT),
    ],
)
def test_colours_go_and_the_sentence_stays_fluent(caption: str, rewrite: str) -> None:
    assert remove_words(caption, LEXICON, {"colour"}) == rewrite


@pytest.mark.parametrize(
    ("caption", "rewrite"),
    [
        ("A table made of wood with plates on it", "A table with plates on it."),
        ("A woman wearing black leather sits on her motorcycle.", "A woman sits on her motorcycle."),
        ("A hydrant near a damp area of concrete.", "A hydrant near a damp area of ground."),
        ("A boy in an empty concrete swimming pool", "A boy in an empty swimming pool."),
        ("A bus with a logo on its side.", "A bus."),
        ("A train covered in graffiti.", "A train."),
        ('A stop sign that says "stop" in white letters', "A stop sign."),
        ("The sign is green and says Main St.", "There is a sign."),
        ("Two dogs in the shade of a tree", "Two dogs near a tree."),
        ("A kite on a string on a sunny day.", "A kite on a string."),
        ("A tower is lit by lamps", "A tower has lamps."),
        ("Sunlight shines through the window of a barn.", "The window of a barn."),
        ("A dark haired woman looks at a phone.", "A woman looks at a phone."),
        ("A plane with Delta written on the side.", "A plane."),
        ("It appears to be a kitchen with possibly a cat.", "It is a kitchen with a cat."),
        ("There is some type of animal in the barn", "There is an animal in the barn."),
    ],
)
def test_other_categories_go_fluently_too(caption: str, rewrite: str) -> None:
    assert remove_words(caption, LEXICON, SEEN) == rewrite


@pytest.mark.parametrize("caption", ["a dog on  a mat", "A man eats an orange", "TWO DOGS RUN ON A BEACH"])
def test_a_caption_without_such_words_is_only_trimmed(caption: str) -> None:
    assert remove_words(f" {caption}\n", LEXICON, SEEN) == caption


def test_only_the_named_categories_go() -> None:
    assert remove_words("A red wooden chair", LEXICON, {"colour"}) == "A wooden chair."
    assert remove_words("A red wooden chair", LEXICON, {"material"}) == "A red chair."
    assert remove_words("A red wooden chair", LEXICON, ()) == "A red wooden chair"


def test_further_candidates_drop_the_phrase_and_are_repeated_rather_than_invented() -> None:
    texts = rephrase("A vase of tulips stands tall next to a blue wall", LEXICON, {"colour"}, 4)
    assert texts == [
        "A vase of tulips stands tall next to a wall.",
        "A vase of tulips stands tall.",
        "A vase of tulips stands tall.",
        "A vase of tulips stands tall.",
    ]
    assert rephrase("A dog runs", LEXICON, {"colour"}, 3) == ["A dog runs"] * 3


def test_a_label_loses_such_words_and_never_all_of_itself() -> None:
    assert strip_label("red car", LEXICON, {"colour"}) == "car"
    assert strip_label("white", LEXICON, {"colour"}) == "object"


def test_no_find_is_left_in_any_of_many_captions() -> None:
    dice = random.Random(5)
    words = (
        "a an the two red orange white black and , is are that with in on of wearing wooden glass vase "
        "leather table sign says stop clear bright shadow lit possibly might be cat dog bus juice made big "
        "old made from logo its"
    ).split()
    for _ in range(3000):
        caption = " ".join(dice.choices(words, k=dice.randint(1, 14)))
        categories = dice.sample(SEEN, dice.randint(1, len(SEEN)))
        rewrite = remove_words(caption, LEXICON, categories)
        assert rewrite.strip(), caption
        assert LEXICON.find(rewrite, categories) == [], caption


def test_a_very_long_caption_does_not_take_long() -> None:
    caption = "a red dog and a blue cat that is black with white paws in the park, " * 150
    began = time.thread_time()
    assert LEXICON.find(remove_words(caption, LEXICON, SEEN), SEEN) == []
    assert time.thread_time() - began < 10, "what others do on the machine does not count"
