"""Every regular expression of irloom with the ways in which it is used, and texts that are bad for it."""

import ast
import importlib
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

# The tree of a pattern, which Python gives under no public name.
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

import irloom

SEARCHING = frozenset({"search", "sub", "subn", "split", "findall", "finditer"})
ANCHORED = frozenset({"match", "fullmatch"})
_BY_CATEGORY = {
    codes.CATEGORY_SPACE: " ", codes.CATEGORY_DIGIT: "1", codes.CATEGORY_WORD: "a",
    codes.CATEGORY_NOT_SPACE: "x", codes.CATEGORY_NOT_DIGIT: "-", codes.CATEGORY_NOT_WORD: "-",
}  # fmt: skip
_ALWAYS = (" ", "\n", "-", "a", "1", "*", ".", "_")
_USED_IN_A_LOOP = {"irloom.scene.heat._PATTERNS": {"fullmatch"}}
"""Ways that no call on the name shows."""
_SPEAKS_OF_THEM = re.compile(r"\bre\.|\bPattern\b")
_MOST_SIGNS = 8
_MOST_WORDS = 4
_ENDS = ("\x01", ".")


@dataclass
class Used:
    """A pattern, where it stands, and the methods that are called on it."""

    pattern: "re.Pattern[str]"
    where: str
    ways: set[str] = field(default_factory=set)

    def run(self, text: str) -> None:
        """Use it on a text as irloom does."""
        if self.ways & SEARCHING or not self.ways:
            for _ in self.pattern.finditer(text):
                pass
        for way in self.ways & ANCHORED:
            getattr(self.pattern, way)(text)


def list_used() -> list[Used]:
    """The patterns of all modules that have some, named ones and those that stand in a call."""
    found: dict[tuple[str, int], Used] = {}
    root = Path(irloom.__path__[0])
    sources = {path: path.read_text("utf-8") for path in root.rglob("*.py")}
    sources = {path: source for path, source in sources.items() if _SPEAKS_OF_THEM.search(source)}
    for path, source in sources.items():
        module = ".".join(path.relative_to(root.parent).with_suffix("").parts).removesuffix(".__init__")
        for name, value in vars(importlib.import_module(module)).items():
            users = [source] if name.startswith("_") else sources.values()
            for pattern in _list_patterns(value):
                key = (pattern.pattern, pattern.flags)
                used = found.setdefault(key, Used(pattern, f"{module}.{name}"))
                used.ways |= _find_ways(name, users) | _USED_IN_A_LOOP.get(used.where, set())
        for way, pattern, line in _list_calls(source):
            where = f"{path.relative_to(root)}:{line}"
            found.setdefault((pattern.pattern, pattern.flags), Used(pattern, where)).ways.add(way)
    return list(found.values())


def _find_ways(name: str, sources: Iterable[str]) -> set[str]:
    """The methods that are called on a name."""
    called = re.compile(rf"\b{name}\.({'|'.join(SEARCHING | ANCHORED)})\(")
    return {way for source in sources for way in called.findall(source)}


def _list_patterns(value: Any, depth: int = 0) -> "Iterator[re.Pattern[str]]":
    if isinstance(value, re.Pattern):
        if isinstance(value.pattern, str):
            yield value
    elif depth < 3 and isinstance(value, Mapping):
        for part in [*value.keys(), *value.values()]:
            yield from _list_patterns(part, depth + 1)
    elif depth < 3 and isinstance(value, (list, tuple, set, frozenset)):
        for part in value:
            yield from _list_patterns(part, depth + 1)


def _list_calls(source: str) -> "Iterator[tuple[str, re.Pattern[str], int]]":
    """Patterns that stand as they are in a call such as `re.sub("…", …)`."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="re"), attr=way),
                args=[ast.Constant(value=str(text)), *_],
            ) if way in SEARCHING | ANCHORED:
                yield way, re.compile(text), node.lineno


def list_attacks(pattern: "re.Pattern[str]", length: int) -> Iterator[str]:
    """Texts of repeated parts of a pattern, which nearly fit it and end otherwise."""
    signs, words = _list_parts(parser.parse(pattern.pattern, pattern.flags & ~re.UNICODE))
    units = list(dict.fromkeys([*signs[:_MOST_SIGNS], *_ALWAYS]))
    repeated = [
        *units,
        *words[:_MOST_WORDS],
        *(f"{one} " for one in [*signs[:4], *words[:_MOST_WORDS], "a", "1"]),
    ]
    for unit in dict.fromkeys(repeated):
        yield from (unit * (length // len(unit)) + end for end in _ENDS)
    for start in [*words[:2], *signs[:2]]:
        for unit in [*units[:5], " ", "a", "a "]:
            yield start + unit * (length // len(unit)) + _ENDS[0]


def _list_parts(parsed: Any) -> tuple[list[str], list[str]]:
    """The signs that a pattern speaks of, and the words in it."""
    signs: list[str] = []
    words: list[str] = []
    run = ""
    for code, argument in parsed:
        if code is codes.LITERAL:
            run += chr(argument)
            signs.append(chr(argument))
            continue
        words += [run] if len(run) > 1 else []
        run = ""
        if code is codes.IN:
            signs += [sign for part in argument[:6] if (sign := _read_member(*part))]
        for inner in _list_inner(code, argument):
            more_signs, more_words = _list_parts(inner)
            signs += more_signs
            words += more_words
    words += [run] if len(run) > 1 else []
    return list(dict.fromkeys(signs)), list(dict.fromkeys(words))


def _read_member(code: Any, argument: Any) -> str | None:
    if code is codes.LITERAL:
        return chr(argument)
    if code is codes.RANGE:
        return chr(argument[0])
    return _BY_CATEGORY.get(argument) if code is codes.CATEGORY else None


def _list_inner(code: Any, argument: Any) -> list[Any]:
    if code in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
        return [argument[2]]
    if code is codes.SUBPATTERN:
        return [argument[3]]
    if code is codes.BRANCH:
        return list(argument[1])
    if code in (codes.ASSERT, codes.ASSERT_NOT):
        return [argument[1]]
    return [argument] if code is codes.ATOMIC_GROUP else []


def measure_s(work: Callable[[], object]) -> float:
    """Processor seconds of this thread, the least of three, so that a busy machine tells the same."""
    times = []
    for _ in range(3):
        started = time.thread_time()
        work()
        times.append(time.thread_time() - started)
    return min(times)
