from pathlib import Path

import pytest

from irloom.errors import ConfigError
from irloom.lexicon import Hit, Lexicon
from irloom.records import Category


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon.load(None)


def found(lexicon: Lexicon, text: str, category: Category) -> list[str]:
    return [hit.word for hit in lexicon.find(text, {category})]


@pytest.mark.parametrize(
    "text",
    [
        "Two oranges lie beside an orange.",
        "A boy is eating an orange on a bench.",
        "A bird holds a piece of orange in its beak.",
        "A jug of orange juice and some orange slices",
        "An apple, a banana and an orange in a bowl",
        "One orange is above the other orange.",
        "Where is the orange in relation to the bowl?",
        "Glasses of white wine and red wine on a tray",
        "Tomatoes grow in a greenhouse.",
        "A crowd waits at the White House.",
        "Mr Brown walks his dog.",
        "A kite in the form of Charlie Brown",
        "A talk by Sandra Brown in a hall",
        "A red sox player beside the Red Sox",
        "A red panda climbs a tree while a blue jay watches.",
        "A teacher writes on the blackboard, with blueberries and silverware on a desk.",
        "A goldfish swims in a tank.",
        "A polar bear and a grizzly bear",
    ],
)
def test_words_that_only_sound_like_a_colour_are_left_alone(lexicon: Lexicon, text: str) -> None:
    assert found(lexicon, text, "colour") == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("An orange bus passes.", ["orange"]),
        ("An orange and white cat", ["orange", "white"]),
        ("The walls are orange.", ["orange"]),
        ("A girl with dark brown hair in a light blue coat", ["dark brown", "light blue"]),
        ("A multi-colored kite and a red-haired boy", ["multi-colored", "red-haired"]),
        ("Grey skies over a gray road", ["Grey", "gray"]),
        ("A golden retriever beside a yellow lab", ["golden", "yellow"]),
        ("A brown bear fishes.", ["brown"]),
        ("Green beans on a plate", ["Green"]),
        ("A green house beside a greenhouse", ["green"]),
        ("Yellow and orange fruit", ["Yellow", "orange"]),
        ("A PINK UMBRELLA", ["PINK"]),
        ("A Dog That Is Black", ["Black"]),
    ],
)
def test_colours_are_found_with_what_belongs_to_them(lexicon: Lexicon, text: str, words: list[str]) -> None:
    assert found(lexicon, text, "colour") == words


@pytest.mark.parametrize(
    ("text", "category", "words"),
    [
        ("A glass of wine stands by a wine glass.", "material", []),
        ("A glass vase on a stone bench", "material", ["glass", "stone"]),
        ("A boy throws a stone and irons a shirt with an iron.", "material", []),
        ("An iron gate by a brick wall", "material", ["iron", "brick"]),
        ("A paper plate beside toilet paper", "material", ["paper"]),
        ("A walk in the woods past an oak tree", "material", []),
        ("A table made of wood", "material", ["made of wood"]),
        ("A sign that says stop on a corner", "text", ["that says stop"]),
        ('A board that reads "no fishing" hangs here', "text", ['that reads "no fishing"']),
        ("A man reading a book near a number of boats", "text", []),
        ("A clear sky above a clear bottle", "transparency", ["clear"]),
        ("Birds seen through a window", "transparency", []),
        ("A dimly lit room with long shadows", "lighting", ["dimly lit", "long shadows"]),
        ("A traffic light and a street light", "lighting", []),
        ("A stop light on the other side of a road", "lighting", []),
        ("A bus with its lights on", "lighting", ["with its lights on"]),
        ("The car appears brighter than the road.", "lighting", []),
        ("The brightest object is the dog, which stands out.", "lighting", []),
        ("The bench is darker than the dog and as bright as the wall.", "lighting", []),
        ("The dog is bright against its surroundings.", "lighting", []),
        ("Its relative brightness is high in a bright room.", "lighting", ["bright"]),
        ("A woman reads a book.", "text", []),
        ("A dog that is possibly asleep", "uncertain", ["possibly"]),
    ],
)
def test_each_category_knows_its_company(
    lexicon: Lexicon, text: str, category: Category, words: list[str]
) -> None:
    assert found(lexicon, text, category) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("A sink under a mirror reflecting a window", ["reflecting a window"]),
        ("A cat beside its reflection in a bathroom mirror", ["its reflection in a bathroom mirror"]),
        ("A man is reflected in the rear view mirror", ["is reflected in the rear view mirror"]),
        ("She takes a picture of herself in the mirror", ["picture of herself in the mirror"]),
        ("A dog seen through the window of a car", ["seen through the window"]),
        ("A view of hills through an airplane window", ["through an airplane window"]),
        ("Cakes lie behind glass.", ["behind glass"]),
        ("Donuts behind a glass case", ["behind a glass"]),
        ("A stop sign outside of a bus window", ["outside of a bus window"]),
        ("A cat looks out the window at birds", ["out the window at birds"]),
    ],
)
def test_what_is_seen_through_glass_or_in_a_mirror_is_found(
    lexicon: Lexicon, text: str, words: list[str]
) -> None:
    assert found(lexicon, text, "glass") == words


@pytest.mark.parametrize(
    "text",
    [
        "A dresser with a mirror stands by a window.",
        "A cat looks out of a window.",
        "A dog sticks its head out of a car window.",
        "A man climbs through a window.",
        "A bottle behind a glass of wine",
        "A chair behind a glass table",
        "Trees are reflected in a lake.",
        "A woman in front of a mirror shows her teeth.",
    ],
)
def test_glass_and_mirrors_themselves_stay(lexicon: Lexicon, text: str) -> None:
    assert found(lexicon, text, "glass") == []


def test_finds_come_in_order_with_their_place(lexicon: Lexicon) -> None:
    text = "A wooden table and a red chair"
    assert lexicon.find(text) == [Hit("wooden", 2, 8, "material"), Hit("red", 21, 24, "colour")]
    assert all(text[hit.start : hit.end] == hit.word for hit in lexicon.find(text))


@pytest.mark.parametrize(
    ("rule", "categories"),
    [
        ("Delete all material-related words.", {"material"}),
        ("Delete all words about colour.", {"colour"}),
        ("Remove every color word!", {"colour"}),
        ("Delete all transparency-related words.", {"transparency"}),
        ("Drop words about colours and text.", {"colour", "text"}),
        ("Text information is not visible in the infrared image: 'colour tv'.", {"text"}),
        ("Delete all words about what is seen through glass or in mirrors.", {"glass"}),
        ("Delete all glass-related words.", {"glass"}),
        ("What glass and mirrors hide is told: 'in the mirror'.", {"glass"}),
        ("The mirror stands left of the bed, not right.", set()),
        ("Mind the texture.", set()),
        ("Write short sentences.", set()),
        ("Keep all colour words.", set()),
        ("Do not delete colours.", set()),
    ],
)
def test_a_rule_names_categories_by_its_wording(
    lexicon: Lexicon, rule: str, categories: set[Category]
) -> None:
    assert lexicon.named_by(rule) == categories


def test_the_digest_is_of_the_file(tmp_path: Path, lexicon: Lexicon) -> None:
    path = tmp_path / "own.toml"
    path.write_text('[colour]\nnames = "colou?r"\nwords = ["red"]\n')
    own = Lexicon.load(path)
    assert len(own.digest) == 16
    assert own.digest != lexicon.digest
    assert [hit.word for hit in own.find("red and blue")] == ["red"]


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("[colour", "not a TOML file"),
        ('[taste]\nnames = "taste"\n', "taste"),
        ('[colour]\nwords = ["red"]\n', "colour.names"),
        ('[colour]\nnames = "c"\nwords = "red"\n', "colour.words"),
        ('[colour]\nnames = "c"\nwards = ["red"]\n', "colour.wards"),
        ('[colour]\nnames = "c"\npatterns = ["(red"]\n', "colour.patterns"),
        ('[colour]\nnames = "c"\nkeep = ["<nothing>"]\n', "<nothing>"),
        ('[colour]\nnames = "c"\nwords = ["red"]\n[colour.replace]\nred = "very red"\n', "very red"),
    ],
)
def test_a_malformed_file_is_an_error_that_names_file_and_key(
    tmp_path: Path, content: str, named: str
) -> None:
    path = tmp_path / "broken.toml"
    path.write_text(content)
    with pytest.raises(ConfigError, match=r"broken\.toml") as caught:
        Lexicon.load(path)
    assert named in str(caught.value)


def test_a_lexicon_that_is_not_there_is_a_configuration_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="give a lexicon that exists"):
        Lexicon.load(tmp_path / "none.toml")
