"""The rule engine's wordings, which lie in `data/phrasings.toml`."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from random import Random
from typing import Any

from irloom.backends.offline.chat.english import article_for, capitalise
from irloom.scene.nouns import plural, singular

_BEGINNING = re.compile(r"(?<=[.!?] )[a-z]")


def word(dice: Random, path: str, **slots: str) -> str:
    """Draw a phrase of a list such as `count.questions`, and fill it; its sentences begin with capitals."""
    text = capitalise(dice.choice(list_phrasings(path)).format(**slots))
    return _BEGINNING.sub(lambda letter: letter[0].upper(), text)


def list_phrasings(path: str) -> tuple[str, ...]:
    """All phrases of a list."""
    found: Any = _read()
    for name in path.split("."):
        found = found[name]
    return tuple(found)


def name_kind(label: str) -> dict[str, str]:
    """A label in the forms that phrases want: {one}, {many} and {a}."""
    one = singular(label)
    return {"one": one, "many": plural(label), "a": f"{article_for(one)} {one}"}


@cache
def _read() -> Mapping[str, Any]:
    return tomllib.loads((files("irloom.data") / "phrasings.toml").read_text("utf-8"))
