"""Which words say what an infrared camera cannot see, and which of them a rule forbids."""

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from irloom.errors import ConfigError
from irloom.needles import Searches
from irloom.records import CATEGORIES, Category
from irloom.toml_files import parse_toml

_LISTS = {"words", "patterns", "before", "keep"}
_TABLES = {"replace"}
_QUOTED = re.compile(r"(?<!\w)(['\"“]).{0,200}?['\"”](?!\w)")
_KEEPS = re.compile(r"^\W*(?:keep|leave)\b|\bnot (?:delete|remove|drop)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Hit:
    """A word or phrase that infrared cannot support: `text[start:end] == word`."""

    word: str
    start: int
    end: int
    category: Category


@dataclass(frozen=True, slots=True)
class _Words:
    """What the lexicon knows of one category, ready to search with."""

    finds: Searches
    keeps: Searches
    names: re.Pattern[str]
    replace: Mapping[str, str]

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield every find, the longer ones first where two overlap."""
        found = [match for match in self.finds.find(text) if match.group()]
        kept = [match.span() for match in self.keeps.find(text)] if found else []
        taken: list[tuple[int, int]] = []
        for match in sorted(found, key=lambda match: (match.start() - match.end(), match.start())):
            start, end = match.start(), match.start() + len(match.group().rstrip())
            core = match.span("core") if "core" in match.re.groupindex else (start, end)
            if not _inside(core, kept) and not _overlaps((start, end), taken):
                taken.append((start, end))
                yield start, end


class Lexicon:
    """Words by category, from a TOML file in the form of `data/lexicon.toml`."""

    def __init__(self, digest: str, words: Mapping[Category, _Words]) -> None:
        self.digest = digest
        """First 16 hex digits of the sha256 of the file."""
        self._words = words

    @classmethod
    def load(cls, path: Path | None) -> "Lexicon":
        """Read a lexicon, the embedded one if `path` is None; a malformed file is a ConfigError."""
        return _build(_read(path))

    def find(self, text: str, categories: Collection[Category] | None = None) -> list[Hit]:
        """Find the words of some categories, of all if None, in order; two categories may overlap."""
        wanted = [item for item in self._words.items() if categories is None or item[0] in categories]
        hits = [
            Hit(text[start:end], start, end, category)
            for category, words in wanted
            for start, end in words.spans(text)
        ]
        return sorted(hits, key=lambda hit: (hit.start, -hit.end))

    def named_by(self, rule: str) -> frozenset[Category]:
        """Tell which categories the wording of a filter rule or a reason names; quotations do not count."""
        if _KEEPS.search(rule):
            return frozenset()
        wording = _QUOTED.sub(" ", rule)
        return frozenset(category for category, words in self._words.items() if words.names.search(wording))

    def replacement_for(self, hit: Hit) -> str | None:
        """Give what stands in a find's place in any case, such as "is" for "appears to be"."""
        return self._words[hit.category].replace.get(hit.word.lower())

    def check_substitutes(self, name: str) -> None:
        """Refuse a substitute that is a find itself: taking words out would never end."""
        for category, words in self._words.items():
            for key, substitute in words.replace.items():
                if self.find(substitute):
                    raise ConfigError(
                        f"{name}: {category}: {substitute!r} for {key!r} is a word of the lexicon"
                    )


@dataclass(frozen=True, slots=True)
class _File:
    """What a lexicon is made of; the name, of which only errors speak, is a resumed run's own."""

    content: bytes
    name: str = field(compare=False)


@lru_cache(maxsize=4)
def _build(file: _File) -> Lexicon:
    """Make a lexicon of a file's content, once: its expressions take a tenth of a second."""
    name = file.name
    try:
        table = parse_toml(file.content)
    except ValueError as error:
        raise ConfigError(f"{name} is not a TOML file ({error}): mend it") from error
    pieces = _piece_table(name, table.pop("pieces", {}))
    words = {category: _compile(name, category, table[category], pieces) for category in _known(name, table)}
    lexicon = Lexicon(hashlib.sha256(file.content).hexdigest()[:16], words)
    lexicon.check_substitutes(name)
    return lexicon


def _read(path: Path | None) -> _File:
    if path is None:
        embedded = resources.files("irloom").joinpath("data/lexicon.toml")
        return _File(embedded.read_bytes(), embedded.name)
    try:
        return _File(path.read_bytes(), str(path))
    except OSError as error:
        raise ConfigError(f"{path} cannot be read ({error.strerror}): give a lexicon that exists") from error


def _known(name: str, table: Mapping[str, Any]) -> list[Category]:
    """List the categories of a file, in its order, and refuse what is none."""
    known = [category for category in CATEGORIES if category in table]
    for key in table:
        if key not in known:
            raise ConfigError(f"{name}: {key!r} is no category; use some of {', '.join(CATEGORIES)}")
    return known


def _piece_table(name: str, pieces: Any) -> dict[str, str]:
    if not isinstance(pieces, dict) or not all(isinstance(text, str) for text in pieces.values()):
        raise ConfigError(f"{name}: pieces must be a table of strings")
    return {key: str(text) for key, text in pieces.items()}


def _compile(name: str, category: Category, table: Any, pieces: Mapping[str, str]) -> _Words:
    """Check the table of one category and build its expressions."""
    _check_table(name, category, table)
    expression = _Expressions(f"{name}: {category}", pieces)
    finds = [expression.build("patterns", text) for text in table.get("patterns", ())]
    if table.get("words"):
        finds.insert(0, expression.build("words", _any_word(table["words"], table.get("before", ()))))
    return _Words(
        finds=Searches(finds),
        keeps=Searches(expression.build("keep", text) for text in table.get("keep", ())),
        names=expression.build("names", table["names"]),
        replace=table.get("replace", {}),
    )


def _check_table(name: str, category: Category, table: Any) -> None:
    """Refuse a table whose keys or values have another form."""
    if not isinstance(table, dict) or not isinstance(table.get("names"), str):
        raise ConfigError(f"{name}: {category}.names is missing: give a regular expression")
    for key, value in table.items():
        if key in _LISTS:
            fits = isinstance(value, list) and all(isinstance(text, str) and text for text in value)
        elif key in _TABLES:
            fits = isinstance(value, dict) and all(isinstance(text, str) for text in value.values())
        else:
            fits = key == "names"
        if not fits:
            raise ConfigError(f"{name}: {category}.{key} does not fit; see the form of data/lexicon.toml")


@dataclass(frozen=True, slots=True)
class _Expressions:
    """Builds the regular expressions of one category, with errors that name the key."""

    where: str
    pieces: Mapping[str, str]

    def build(self, key: str, text: str) -> re.Pattern[str]:
        filled = re.sub(r"(?<!\(\?P)<([a-z_]+)>", lambda piece: self._piece(key, piece[1]), text)
        try:
            return re.compile(filled, re.IGNORECASE)
        except re.error as error:
            raise ConfigError(f"{self.where}.{key}: {text!r} is no regular expression ({error})") from error

    def _piece(self, key: str, name: str) -> str:
        if name not in self.pieces:
            raise ConfigError(f"{self.where}.{key}: there is no piece <{name}>; add it to [pieces]")
        return self.pieces[name]


def _any_word(words: Collection[str], before: Collection[str]) -> str:
    """Match any of the words, with what belongs before it and with its hyphenated compound."""
    core = "|".join(_spaced(word) for word in sorted(words, key=len, reverse=True))
    lead = "|".join(_spaced(word) for word in sorted(before, key=len, reverse=True)) or r"(?!)"
    return rf"(?<![\w-])(?:(?:{lead})[\s-]+)*(?:\w+-)*(?P<core>{core})(?:-\w+)*(?![\w])"


def _spaced(word: str) -> str:
    return r"[\s-]+".join(re.escape(part) for part in re.split(r"[\s-]+", word))


def _inside(span: tuple[int, int], spans: Collection[tuple[int, int]]) -> bool:
    return any(start <= span[0] and span[1] <= end for start, end in spans)


def _overlaps(span: tuple[int, int], spans: Collection[tuple[int, int]]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in spans)
