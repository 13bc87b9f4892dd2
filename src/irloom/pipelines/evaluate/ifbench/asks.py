"""What IF-Bench asks of a question: its variants, languages and rotations, in the published order.

The rules are those of bench_evaluate.py: in rotation i the option at place p is the original one at place
(p - i) mod 4, so that over four rotations each letter is right once; of each rotation Chinese comes first.
"""

from collections.abc import Mapping

from irloom.pipelines.evaluate.ifbench.config import IfbenchConfig, Language, Variant
from irloom.pipelines.evaluate.ifbench.source import LETTERS
from irloom.pipelines.evaluate.records import Item, Posed, Sight

PROMPTS = ("evaluate/ifbench",)
"""Folder of the prompts."""
ORDER: tuple[Language, ...] = ("cn", "en")
"""Of the languages within a rotation."""
_STOPS: Mapping[Language, str] = {"en": ".", "cn": "。"}
"""What the published layout puts behind a question, also behind its question mark, and behind the options."""
_SIGHTS: Mapping[Variant, tuple[Sight, ...]] = {
    "normal": ("infrared",),
    "prior": ("infrared",),
    "pair": ("infrared", "visible"),
    "prior+pair": ("infrared", "visible"),
    "translated": ("visible",),
    "blind": (),
}


def pose(item: Item, config: IfbenchConfig) -> list[Posed]:
    """Every ask of a question, variant by variant."""
    languages = [language for language in ORDER if language in config.languages]
    return [
        _pose(item, config, variant, language, rotation)
        for variant in config.variants
        for rotation in range(config.rotations)
        for language in languages
    ]


def rotate(options: Mapping[str, str], by: int) -> dict[str, str]:
    """The options, each moved on by so many places."""
    count = len(LETTERS)
    return {letter: options[LETTERS[(place - by) % count]] for place, letter in enumerate(LETTERS)}


def rotate_letter(letter: str, by: int) -> str:
    """Where an option stands after its move; a negative `by` leads back."""
    return LETTERS[(LETTERS.index(letter) + by) % len(LETTERS)]


def _pose(item: Item, config: IfbenchConfig, variant: Variant, language: Language, rotation: int) -> Posed:
    wording = item.wordings[language]
    options = rotate(wording.options, rotation)
    is_published = config.prompt == "published"
    stop = _STOPS[language] if is_published else ""
    return Posed(
        name=f"{variant}.{language}.{rotation}",
        variant=variant,
        language=language,
        rotation=rotation,
        prompt=f"evaluate/ifbench/{language}_{variant.replace('+', '_')}",
        fields={
            "question": f"{wording.question}{stop}",
            "options": f"{options}{stop}" if is_published else list_options(options),
        },
        sights=_SIGHTS[variant],
        options=options,
        right=rotate_letter(item.answer, rotation),
        indented=is_published,
    )


def list_options(options: Mapping[str, str]) -> str:
    """`A. text`, one a line."""
    return "\n".join(f"{letter}. {text}" for letter, text in options.items())
