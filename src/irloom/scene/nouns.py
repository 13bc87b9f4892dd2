"""Names of objects in English: plurals, counts, and the words by which captions mention a label."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

NUMBERS = (
    *("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven"),
    *("twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"),
)
_SEVERAL = 3
"""The least that "several" can mean."""
_NO_ADJECTIVE = r"(?i:the|an?|of|and|or|is|are|with|on|in|at|by|to|near|than)"
_IES = re.compile(r"(?i)[^aeiou]y$")
_NOUN = re.compile(r"(?P<noun>[^()?!]*[A-Za-zÀ-ÖØ-öø-ÿ])(?P<aside>(?: ?\([^()]*\))?)")
_ES = re.compile(r"(?i)(?:s|x|z|ch|sh)$")


def plural(label: str) -> str:
    """Give the plural of a label; its last word decides, and one that is no noun is quoted."""
    noun, aside = _split(label)
    if not noun:
        return f"objects labelled “{label}”"
    return _plural(noun) + aside


def _plural(label: str) -> str:
    *lead, last = label.split(" ")
    low = last.lower()
    if low in PARTS:
        return f"{PARTS[low]}s of {label}"
    if low in PLURALS:
        last = PLURALS[low]
    elif _is_plural(low):
        pass
    elif _IES.search(last):
        last = f"{last[:-1]}ies"
    else:
        last = f"{last}es" if _ES.search(last) else f"{last}s"
    return " ".join([*lead, last])


def singular(label: str) -> str:
    """Give the form of a label after "one", such as "pair of scissors"."""
    noun, aside = _split(label)
    if not noun:
        return f"object labelled “{label}”"
    low = noun.lower().split(" ")[-1]
    if low in PARTS:
        return f"{PARTS[low]} of {noun}{aside}"
    if _is_plural(low):
        return f"set of {noun}{aside}"
    return "TV" if label == "tv" else noun + aside


@lru_cache(maxsize=4096)
def _split(label: str) -> tuple[str, str]:
    """The noun of a label, and what stands in brackets after it; no noun where it does not end as words do.

    LVIS writes `bow_(weapon)`, others `traffic_light`; to `person?` and `人` no ending can be put.
    """
    words = " ".join(label.replace("_", " ").split())
    match = _NOUN.fullmatch(words)
    return (match["noun"], match["aside"]) if match else ("", "")


def counted(label: str, count: int) -> str:
    """Say how many: "one dog", "two people", "23 cars"."""
    number = NUMBERS[count] if count < len(NUMBERS) else str(count)
    return f"{number} {singular(label) if count == 1 else plural(label)}"


@dataclass(frozen=True, slots=True)
class Mention:
    """A word that names a label: `text[start:end] == word`."""

    label: str
    word: str
    start: int
    end: int


def find_mentions(text: str, labels: Collection[str] = ()) -> list[Mention]:
    """Find every word that names one of the known labels or of those given."""
    names, pattern = _vocabulary(frozenset(labels).difference(LABELS))
    return [
        Mention(names[match["word"].lower()], match["word"], *match.span("word"))
        for match in pattern.finditer(text)
    ]


def mentioned(text: str, labels: Collection[str] = ()) -> frozenset[str]:
    """Tell which labels a text mentions: the known ones and those given, by name, plural or synonym."""
    return frozenset(label for label, _, _ in _mentions(text, labels))


@dataclass(frozen=True, slots=True)
class Stated:
    """A number that a text gives for a label."""

    label: str
    said: str
    """The number as written, "several" included."""
    least: int
    exact: bool
    """False for "several", for "one" (of them), and for a synonym, which names a part: men are people."""

    def agrees(self, count: int) -> bool:
        """Tell whether so many can bear it out."""
        return count == self.least if self.exact else count >= self.least


def stated_counts(text: str, labels: Collection[str] = ()) -> list[Stated]:
    """Read the numbers that a text gives for the known labels and those given."""
    stated = []
    for label, said, word in _mentions(text, labels):
        if said == "several":
            stated.append(Stated(label, said, _SEVERAL, exact=False))
        elif said:
            number = NUMBERS.index(said) if said in NUMBERS else int(said)
            whole = word in {label.lower(), plural(label).lower(), "persons"}
            stated.append(Stated(label, said, number, exact=whole and number > 1))
    return stated


def mask_mentions(text: str, labels: Collection[str] = (), mask: str = "X") -> str:
    """Put a mask in place of every mention of the known labels and those given, with its number."""
    return _vocabulary(frozenset(labels).difference(LABELS))[1].sub(mask, text)


def _mentions(text: str, labels: Collection[str]) -> Iterator[tuple[str, str, str]]:
    """Yield `(label, number word or "", word)` for every mention."""
    names, pattern = _vocabulary(frozenset(labels).difference(LABELS))
    for match in pattern.finditer(text):
        word = match["word"].lower()
        yield names[word], (match["number"] or "").lower(), word


@lru_cache(maxsize=512)
def _vocabulary(labels: frozenset[str]) -> tuple[Mapping[str, str], re.Pattern[str]]:
    """Map every word to its label, and build the expression that finds them, longest first."""
    names: dict[str, str] = {}
    for label in sorted({*LABELS, *labels}):
        words = [label, *SYNONYMS.get(label, "").split()]
        for word in words:
            names.setdefault(word.lower(), label)
            names.setdefault(plural(word).lower(), label)
    names.setdefault("persons", "person")
    for label in sorted(labels):  # of two that differ in case or number alone always the same one counts
        names[label.lower()] = label
        names[plural(label).lower()] = label
    words_first = "|".join(re.escape(word) for word in sorted(names, key=len, reverse=True))
    numbers = "|".join(NUMBERS[2:])
    # Between the two stands one adjective at most: in "of the two the cat is warmer" there are not two cats.
    number = rf"(?:(?P<number>{numbers}|one|several|\d{{1,3}}) (?:(?!{_NO_ADJECTIVE}\b)\w+ )??)??"
    return names, re.compile(rf"(?i)(?<![\w-]){number}(?P<word>{words_first})(?![\w-])")


def _is_plural(word: str) -> bool:
    return word in {"people", "men", "women", "children"} or (
        word.endswith("s") and not word.endswith(("ss", "us", "is", "as"))
    )


PLURALS: Mapping[str, str] = {
    "person": "people", "man": "men", "woman": "women", "child": "children", "mouse": "mice",
    "knife": "knives", "goose": "geese", "foot": "feet", "tooth": "teeth", "ox": "oxen",
    "sheep": "sheep", "deer": "deer", "fish": "fish", "aircraft": "aircraft", "moose": "moose",
    "leaf": "leaves", "shelf": "shelves", "scarf": "scarves", "wolf": "wolves", "calf": "calves",
    "loaf": "loaves", "half": "halves", "policeman": "policemen", "fireman": "firemen",
    "snowman": "snowmen", "tomato": "tomatoes", "potato": "potatoes", "buffalo": "buffaloes",
    "tv": "TVs", "bus": "buses",
}  # fmt: skip
"""Irregular plurals."""
PARTS: Mapping[str, str] = {
    "scissors": "pair", "skis": "pair", "glasses": "pair", "sunglasses": "pair", "goggles": "pair",
    "binoculars": "pair", "pants": "pair", "trousers": "pair", "jeans": "pair", "shorts": "pair",
    "pliers": "pair", "headphones": "pair", "broccoli": "piece", "luggage": "piece",
    "furniture": "piece", "bread": "piece", "fruit": "piece", "clothing": "piece",
}  # fmt: skip
"""Nouns without a countable form of their own, and what is counted of them."""
SYNONYMS: Mapping[str, str] = {
    "person": (
        "man woman boy girl child kid baby toddler guy lady gentleman worker player skier surfer "
        "snowboarder skateboarder rider batter pitcher umpire chef male female adult teenager friend "
        "passenger someone individual cook crowd family pedestrian astronaut"
    ),
    "bicycle": "bike cycle", "motorcycle": "motorbike",
    "airplane": "plane aeroplane jet airliner jetliner", "car": "sedan taxi suv",
    "train": "subway locomotive", "truck": "pickup van", "boat": "ship yacht canoe",
    "traffic light": "stoplight", "fire hydrant": "hydrant", "cat": "kitten", "dog": "puppy",
    "horse": "pony foal", "sheep": "lamb", "cow": "cattle bull calf ox", "bear": "cub",
    "backpack": "rucksack", "handbag": "purse", "tie": "necktie", "suitcase": "luggage", "skis": "ski",
    "sports ball": "ball", "cup": "mug", "donut": "doughnut", "hot dog": "hotdog", "couch": "sofa",
    "potted plant": "houseplant", "dining table": "table", "tv": "television",
    "cell phone": "phone cellphone smartphone", "refrigerator": "fridge", "oven": "stove",
    "tennis racket": "racket racquet", "baseball bat": "bat", "baseball glove": "mitt",
    "hair drier": "hairdryer", "rocket": "spacecraft shuttle",
    "bird": "parrot duck pigeon gull seagull goose parakeet canary",
}  # fmt: skip
"""Other words by which captions mention a label, with spaces between."""
LABELS = (
    "person", "bicycle", "car", "motorcycle", "airplane", "bus", "train", "truck", "boat",
    "traffic light", "fire hydrant", "stop sign", "parking meter", "bench", "bird", "cat", "dog",
    "horse", "sheep", "cow", "elephant", "bear", "zebra", "giraffe", "backpack", "umbrella", "handbag",
    "tie", "suitcase", "frisbee", "skis", "snowboard", "sports ball", "kite", "baseball bat",
    "baseball glove", "skateboard", "surfboard", "tennis racket", "bottle", "wine glass", "cup", "fork",
    "knife", "spoon", "bowl", "banana", "apple", "sandwich", "orange", "broccoli", "carrot", "hot dog",
    "pizza", "donut", "cake", "chair", "couch", "potted plant", "bed", "dining table", "toilet", "tv",
    "laptop", "mouse", "remote", "keyboard", "cell phone", "microwave", "oven", "toaster", "sink",
    "refrigerator", "book", "clock", "vase", "scissors", "teddy bear", "hair drier", "toothbrush",
    "rocket",
)  # fmt: skip
"""COCO's labels: a caption may mention them with no box to match."""
