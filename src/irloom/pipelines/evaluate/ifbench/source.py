"""Reads IF-Bench's questions: an object of lists by dimension, or one flat list, which mean the same."""

import hashlib
import json
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from irloom.errors import ConfigError
from irloom.pipelines.evaluate.ifbench.dimensions import DIMENSIONS
from irloom.pipelines.evaluate.records import Item, Wording
from irloom.shots import Shot
from irloom.sources.numbers import is_unicode, read_id

LETTERS = "ABCD"
_TOLD = 5
"""How many mistakes of a file are told."""


def read_questions(path: Path, languages: Collection[str], option: str = "--data") -> list[Item]:
    """Every question of a file; ConfigError where one could not be asked or scored in these languages."""
    items: dict[str, Item] = {}
    problems: list[str] = []
    for where, listed, row in _read_rows(path, option):
        try:
            item = _read_item(row, languages, listed)
        except ValueError as error:
            problems.append(f"{where}: {error}")
            continue
        if item.id in items:
            problems.append(f"{where}: the question {item.id!r} stands in the file already")
        items.setdefault(item.id, item)
    if problems:
        more = f"\n  and {len(problems) - _TOLD:,} more" if len(problems) > _TOLD else ""
        listed = "\n  ".join(problems[:_TOLD])
        raise ConfigError(f"{option} {path}: these questions cannot be used:\n  {listed}{more}")
    if not items:
        raise ConfigError(f"{option} {path} holds no question.")
    return list(items.values())


def _read_rows(path: Path, option: str) -> Iterator[tuple[str, str | None, Any]]:
    """Each question with where it stands, and the dimension under which it is listed, if it is under one."""
    try:
        found = json.loads(path.read_text("utf-8-sig"), object_pairs_hook=_refuse_namesakes)
    except OSError as error:
        raise ConfigError(f"{option} {path}: {error.strerror or error}") from error
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{option} {path} is no JSON that can be read: {error}") from error
    if isinstance(found, dict):
        for dimension, rows in found.items():
            if not isinstance(rows, list):
                raise ConfigError(f"{option} {path}: {dimension!r} holds no list of questions.")
            for number, row in enumerate(rows, 1):
                yield f"{dimension}, number {number}", dimension, row
    elif isinstance(found, list):
        yield from ((f"number {number}", None, row) for number, row in enumerate(found, 1))
    else:
        raise ConfigError(f"{option} {path} is neither a list of questions nor lists by dimension.")


def _refuse_namesakes(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object; ValueError where a name stands in it twice, of which JSON readers drop all but the last."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the name {twice!r} stands twice in one object")
    return found


def _read_item(row: Any, languages: Collection[str], listed: str | None) -> Item:
    """A question; ValueError says what is wrong with it."""
    if not isinstance(row, dict) or not isinstance(row.get("question"), dict):
        raise ValueError("it is no object with a `question` in it")
    said, image = row["question"], _read_text(row, "dst_thermal_path")
    dimension, answer = _read_text(said, "dimension"), said.get("answer")
    if dimension not in DIMENSIONS:
        raise ValueError(f"there is no dimension {dimension!r}")
    if listed not in (None, dimension):
        raise ValueError(f"it names the dimension {dimension!r} and is listed under another")
    if not isinstance(answer, str) or answer not in tuple(LETTERS):
        raise ValueError(f"its answer is {answer!r}, and none of {', '.join(LETTERS)}")
    return Item(
        id=_name(row.get("id"), image, said),
        images=(Shot(name=image),),
        dimension=dimension,
        group=DIMENSIONS[dimension],
        answer=answer,
        wordings={language: _read_wording(said, language) for language in languages},
    )


def _read_wording(said: dict[str, Any], language: str) -> Wording:
    options = said.get(f"{language}_options")
    if not isinstance(options, dict) or sorted(options) != list(LETTERS):
        raise ValueError(f"`{language}_options` are not A, B, C and D")
    texts = {
        letter: _read_text(options, letter, f"option {letter} of `{language}_options`") for letter in LETTERS
    }
    if len({text.strip().casefold() for text in texts.values()}) < len(LETTERS):
        raise ValueError(f"two of `{language}_options` are the same")
    return Wording(question=_read_text(said, f"{language}_question"), options=texts)


def _read_text(row: dict[str, Any], name: str, what: str = "") -> str:
    text = row.get(name)
    if not isinstance(text, str) or not text.strip():
        raise ValueError(f"{what or f'`{name}`'} is missing or empty")
    if not is_unicode(text):
        raise ValueError(f"{what or f'`{name}`'} holds half of a surrogate pair, which no file can hold")
    return text


def _name(given: object, image: str, said: dict[str, Any]) -> str:
    """The id in the file, else one that follows from image and question, whatever their place in a file."""
    if given not in (None, ""):
        if (name := read_id(given)) is None:
            raise ValueError(f"its id {given!r} is neither a number nor a short text")
        return name
    words = json.dumps([image, said.get("en_question"), said.get("cn_question")])
    return f"{PurePosixPath(image).stem[:12].lower()}-{hashlib.sha256(words.encode()).hexdigest()[:6]}"


def list_all_of_the_above(items: Sequence[Item]) -> list[Item]:
    """Questions with an option that means the others, which another order of the options breaks."""
    return [item for item in items if any(_names_others(text) for text in _list_options(item))]


def _list_options(item: Item) -> Iterator[str]:
    for wording in item.wordings.values():
        yield from wording.options.values()


_ABOVE = ("all of the above", "none of the above", "all of them", "none of them", "both of the above")
_ABOVE_CN = ("以上都", "以上全部", "上述都", "上述所有", "以上所有", "都不是")


def _names_others(text: str) -> bool:
    folded = text.casefold()
    return any(words in folded for words in (*_ABOVE, *_ABOVE_CN))
