"""The rule engine's wordings, which lie in `data/phrasings.toml`."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from random import Random
from typing import Any

from irloom.backends.offline.chat.english import article_for, capitalise
from irloom.scene.heat import HEAT_WORD, Shows
from irloom.scene.nouns import plural, singular

_BEGINNING = re.compile(r"(?<=[.!?] )[a-z]")


def word(dice: Random, path: str, shows: Shows = "heat", **slots: str) -> str:
    """Draw a phrase of a list such as `count.questions`, and fill it; its sentences begin with capitals."""
    text = capitalise(dice.choice(list_phrasings(path, shows)).format(**slots))
    return _BEGINNING.sub(lambda letter: letter[0].upper(), text)


def list_phrasings(path: str, shows: Shows = "heat") -> tuple[str, ...]:
    """All phrases of a list; of a picture that shows no heat, those that speak of none."""
    if shows == "heat":
        return tuple(_look_up(path, _read()))
    if (own := _look_up(path, _read()["tones"])) is not None:
        return tuple(own)
    alike = (phrase.replace("thermal", "infrared") for phrase in _look_up(path, _read()))
    return tuple(phrase for phrase in alike if HEAT_WORD.search(phrase) is None)


def _look_up(path: str, table: Any) -> Any:
    """What a dotted name leads to; None where the table has no such list."""
    for name in path.split("."):
        table = table.get(name) if isinstance(table, Mapping) else None
    return table


def name_kind(label: str) -> dict[str, str]:
    """A label in the forms that phrases want: {one}, {many} and {a}."""
    one = singular(label)
    return {"one": one, "many": plural(label), "a": f"{article_for(one)} {one}"}


@cache
def _read() -> Mapping[str, Any]:
    return tomllib.loads((files("irloom.data") / "phrasings.toml").read_text("utf-8"))
