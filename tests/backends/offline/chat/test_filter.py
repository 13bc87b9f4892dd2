import json
import random
import time
from pathlib import Path

import pytest

from irloom.backends.offline.chat.filter import Refusal, edit_caption, rephrase, strip_label
from irloom.lexicon import Lexicon
from irloom.records import Category

LEXICON = Lexicon.load(None)
SEEN: tuple[Category, ...] = (
    "colour",
    "material",
    "text",
    "transparency",
    "lighting",
    "glass",
    "uncertain",
)
JUDGED = [
    json.loads(line) for line in Path(__file__).with_name("captions.jsonl").read_text().strip().splitlines()
]


@pytest.mark.parametrize("row", JUDGED, ids=[row["caption"][:60] for row in JUDGED])
def test_captions_that_were_read_come_out_whole_or_are_refused(row: dict[str, str | None]) -> None:
    edited = edit_caption(str(row["caption"]), LEXICON, SEEN)
    assert (None if isinstance(edited, Refusal) else edited) == row["edit"]


@pytest.mark.parametrize(
    ("caption", "rewrite"),
    [
        ("An orange bus waits at a stop", "A bus waits at a stop."),
        ("a blue, yellow, and red parrot", "A parrot."),
        ("Fruit on a white and blue plate.", "Fruit on a plate."),
        ("A big, red bus.", "A big bus."),
        ("A red and big bus", "A big bus."),
        ("A purple hourglass.", "An hourglass."),
        ("LARGE BROWN AND WHITE DOG RUNS IN A YARD", "Large dog runs in a yard."),
        ("A woman in red stands by a wall", "A woman stands by a wall."),
        ("A man dressed in black holding a bag", "A man holding a bag."),
        ("A boy, dressed in red, holds a bat", "A boy holds a bat."),
        ("A blonde woman holding a phone", "A woman holding a phone."),
        ("A lady with dark brown hair has a comb.", "A lady has a comb."),
        ("A lady with long brown hair has a comb.", "A lady with long hair has a comb."),
        ("A black and white photo of a dog.", "A photo of a dog."),
        ("A kitchen with yellow walls, a table and a sink", "A kitchen with walls, a table and a sink."),
        ("A kite in a blue sky", "A kite in the sky."),
        ("An orange, a banana and a red apple", "An orange, a banana and an apple."),
        ("A dog and white cat on a couch", "A dog and cat on a couch."),
        ("There are red tulips in a vase", "There are tulips in a vase."),
        ("A white-tailed deer by a fence", "A deer by a fence."),
    ],
)
def test_adjectives_before_their_noun_and_whole_phrases_go(caption: str, rewrite: str) -> None:
    assert edit_caption(caption, LEXICON, {"colour"}) == rewrite


@pytest.mark.parametrize(
    ("caption", "named"),
    [
        ("The kitchen is yellow with white cabinets.", "'yellow'"),
        ("Two girls, one in pink and one in blue, ride a slide", "'pink'"),
        ("Two cats, one black and one white, on a bed", "'black'"),
        ("People in white play tennis", "'white'"),
        ("A wall with lots of green surrounds the house", "'green'"),
        ("A tabby and white cat", "'white'"),
        ("A man cross country skiing with a yellow lab", "'yellow'"),
        ("A red bird and a brown one", "'brown'"),
        ("People wait at a red light", "'red'"),
        ("A Golden Retriever catches a ball", "'Golden'"),
        ("The meter is decorated in different colors.", "'in different colors'"),
        ("A boy with blonde hair and blue eyes", "'blonde'"),
        ("A blonde holding a phone", "'blonde'"),
        ("A red bus and a blue bus", "say 'A bus and a bus'"),
        ("The red team plays the blue team", "say 'The team'"),
        ("Red, white and blue", "'Red, white and blue'"),
    ],
)
def test_what_no_safe_pattern_covers_is_refused_with_the_words(caption: str, named: str) -> None:
    refusal = edit_caption(caption, LEXICON, {"colour"})
    assert isinstance(refusal, Refusal)
    assert named in refusal.reason


@pytest.mark.parametrize(
    ("caption", "rewrite"),
    [
        ("A table made of wood with plates on it", "A table with plates on it."),
        ("A woman wearing black leather sits on her motorcycle.", "A woman sits on her motorcycle."),
        ("A boy in an empty concrete swimming pool", "A boy in an empty swimming pool."),
        ("Two birds on concrete steps", "Two birds on steps."),
        ("A bus with a logo on its side.", "A bus."),
        ("A motorcycle with lettering on the tank stands in a garage.", "A motorcycle stands in a garage."),
        ("A train covered in graffiti.", "A train."),
        ('A stop sign that says "stop" in white letters', "A stop sign."),
        ("A plane with the word Delta on its side lands", "A plane lands."),
        ("Two dogs in the shade of a tree", "Two dogs near a tree."),
        ("On a sunny day, a man flies a kite.", "A man flies a kite."),
        ("A brightly painted bus", "A painted bus."),
        ("A dark haired woman looks at a phone.", "A woman looks at a phone."),
        ("A clear plastic cup of tea", "A cup of tea."),
        ("It appears to be a kitchen with possibly a cat.", "It is a kitchen with a cat."),
        ("It seems that a man is running", "A man is running."),
        ("A plate with a cake or something", "A plate with a cake."),
        ("A sink under a mirror reflecting a window.", "A sink under a mirror."),
        ("A cat by a sink with its reflection in the mirror", "A cat by a sink."),
    ],
)
def test_other_kinds_of_words_go_where_it_is_safe_too(caption: str, rewrite: str) -> None:
    assert edit_caption(caption, LEXICON, SEEN) == rewrite


@pytest.mark.parametrize(
    "caption",
    [
        "A man lies on the concrete",
        "A man on concrete surrounded by birds",
        "A paper and plastic bag",
        "A train with graffiti on the side and windows",
        "A machine with lettering on the lever stands in a garage",
        "A cat with white fur on its shoulders",
        "A sign says stop",
        "A cat sleeping in the sun",
        "Long shadows fall across the court",
        "A lamp shining light on a bed",
        "It is a sunny day",
        "Dinner with candles lit",
        "People who might be cooks",
        "There is some type of animal in the barn",
        "A dog seen through a window",
        "A man takes a picture of himself in the mirror",
    ],
)
def test_other_kinds_of_words_are_refused_elsewhere(caption: str) -> None:
    assert isinstance(edit_caption(caption, LEXICON, SEEN), Refusal)


@pytest.mark.parametrize("caption", ["a dog on  a mat", "A man eats an orange", "TWO DOGS RUN ON A BEACH"])
def test_a_caption_without_such_words_is_only_trimmed(caption: str) -> None:
    assert edit_caption(f" {caption}\n", LEXICON, SEEN) == caption


def test_only_the_named_categories_go() -> None:
    assert edit_caption("A red wooden chair", LEXICON, {"colour"}) == "A wooden chair."
    assert edit_caption("A red wooden chair", LEXICON, {"material"}) == "A red chair."
    assert edit_caption("A red wooden chair", LEXICON, ()) == "A red wooden chair"


def test_half_of_a_compound_stays_with_the_other_half() -> None:
    assert isinstance(edit_caption("A red-brick wall", LEXICON, {"material"}), Refusal)
    assert edit_caption("A red-brick wall", LEXICON, {"colour"}) == "A wall."


def test_the_answer_to_a_prompt_is_the_edit_or_none_with_the_reason_on_one_line() -> None:
    assert rephrase("A vase next to a blue wall", LEXICON, {"colour"}) == "A vase next to a wall."
    assert rephrase("The bus\nis red.", LEXICON, {"colour"}) == (
        "NONE: no safe way to take out 'red' ('The bus is red .')"
    )


def test_a_label_loses_such_words_and_never_all_of_itself() -> None:
    assert strip_label("red car", LEXICON, {"colour"}) == "car"
    assert strip_label("white", LEXICON, {"colour"}) == "object"


def test_no_find_is_left_in_any_of_many_captions_that_are_kept() -> None:
    dice = random.Random(5)
    words = (
        "a an the two red orange white black and , is are that with in on of wearing wooden glass vase "
        "leather table sign says stop clear bright shadow lit possibly might be cat dog bus juice made big "
        "old made from logo its mirror reflected through window"
    ).split()
    kept = 0
    for _ in range(3000):
        caption = " ".join(dice.choices(words, k=dice.randint(1, 14)))
        categories = dice.sample(SEEN, dice.randint(1, len(SEEN)))
        edited = edit_caption(caption, LEXICON, categories)
        if isinstance(edited, str):
            kept += 1
            assert edited.strip(), caption
            assert LEXICON.find(edited, categories) == [], caption
    assert kept > 300


def test_a_very_long_caption_does_not_take_long() -> None:
    began = time.thread_time()
    for sentence in ("a red dog and a blue cat in the white park, ", "the the a red red "):
        edit_caption(sentence * 300, LEXICON, SEEN)
    assert time.thread_time() - began < 10, "what others do on the machine does not count"
