"""The rule book: an append-only list of filter rules, and which of them stood at each version.

Version 0 holds the starting rules. A commit that mines adds lines under the next version: `mined`
for a new rule, `merged` for one that says what a known rule says, which counts as that rule firing
again. A `retired` rule stays known and stands no more, however often it is mined. Merging asks no
model: two rules are the same if their content words are, or if all that the new one is known to cover
is covered already.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import orjson

from irloom.errors import ConfigError
from irloom.records import MinedRule

Covers = Callable[[str], Collection[str]]

"""What a rule is about, as far as its flow knows; nothing for a rule that it does not understand."""
RuleOrigin = Literal["basic", "mined", "merged", "retired"]

_FILLER = frozenset(
    "a about all an and any are be by can cannot data delete describe describing descriptions detail details "
    "do drop eliminate every exclude for from ignore image images in information infrared is it its mention "
    "mentioning mentions name naming never no not of omit on or phrase phrases properties property refer "
    "referring related relate relates remove removed saying say should such term terms that the their them "
    "these they this those to visible which whose with word words".split()
)


def signature(rule: str) -> frozenset[str]:
    """The content words of a rule, without filler and plural endings; equal signatures mean one rule."""
    words = re.findall(r"[^\W_]+", rule.lower().replace("color", "colour"))
    content = {_singular(word) for word in words if word not in _FILLER}
    return frozenset(content) or frozenset({rule.strip().lower()})


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > 3 else word


def cover_nothing(rule: str) -> tuple[str, ...]:
    """Know of no rule what it is about: only rules in the same words are one."""
    return ()


@dataclass(slots=True)
class Standing:
    """A rule that stands or was retired, and how often it was mined."""

    rule: str
    mined: int = 0
    retired: bool = False
    """A retired rule stays known, so that the next rejection does not bring it back."""


class RuleBook:
    """The rules of one run, in memory; `rules.jsonl` holds the same lines."""

    def __init__(self, lines: Iterable[Mapping[str, Any]] = (), covers: Covers = cover_nothing) -> None:
        self._covers = covers
        self._lines: list[Mapping[str, Any]] = []
        self._sources: set[tuple[Any, ...]] = set()
        self._by_attempt: dict[tuple[str, int], list[Mapping[str, Any]]] = {}
        self._standing: dict[frozenset[str], Standing] = {}
        self.version = 0
        self.changed = 0
        """The version under which other rules began to stand; later ones only count how often they fire."""
        for line in lines:
            self.take(line)

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        return iter(self._lines)

    def take(self, line: Mapping[str, Any]) -> None:
        """Add a line that is on disk."""
        self._lines.append(line)
        self.version = max(self.version, int(line["version"]))
        if line["origin"] in {"mined", "retired"}:
            self.changed = max(self.changed, int(line["version"]))
        _apply(self._standing, line)
        if "sample" in line:
            self._sources.add((line["sample"], line["task"], line["round"]))
            self._by_attempt.setdefault((line["sample"], line.get("attempt", 1)), []).append(line)

    def list_mined(self, sample: str, attempt: int) -> Sequence[Mapping[str, Any]]:
        """What an attempt has mined: there already, where it is made again because its rows were lost."""
        return self._by_attempt.get((sample, attempt), ())

    def standing(self, max_rules: int, version: int | None = None) -> tuple[str, ...]:
        """The rules that enter a prompt: the most often mined first, then the oldest."""
        rules = self._standing if version in (None, self.version) else self._at(version or 0)
        standing = (rule for rule in rules.values() if not rule.retired)
        ranked = sorted(standing, key=lambda rule: -rule.mined)
        return tuple(rule.rule for rule in ranked[:max_rules])

    def propose(
        self, sample: str, attempt: int, mined: Sequence[MinedRule], drafted: Sequence[Mapping[str, Any]] = ()
    ) -> list[dict[str, Any]]:
        """Lines for what a sample mined, under the next version.

        `drafted` are lines of the same commit group, not yet on disk. A rule that a retry replays
        is in the book already and is left out.
        """
        lines: list[dict[str, Any]] = []
        known = {key: standing.rule for key, standing in self._standing.items()}
        known |= {signature(line["rule"]): line["rule"] for line in drafted}
        version = max((int(line["version"]) for line in drafted), default=self.version) + 1
        for rule in mined:
            if (sample, rule.task, rule.round) in self._sources:
                continue
            key = signature(rule.rule)
            covering = known.get(key) or self._find_covering(rule.rule, list(known.values()))
            origin: RuleOrigin = "mined" if covering is None else "merged"
            known.setdefault(key, covering or rule.rule)
            lines.append(_line(known[key], origin, version, sample, attempt, rule))
        return lines

    def _find_covering(self, rule: str, known: Sequence[str]) -> str | None:
        """The first known rule that shares what a new one covers, where the known ones cover all of that."""
        wanted = set(self._covers(rule))
        sharing = [one for one in known if wanted.intersection(self._covers(one))]
        covered = {about for one in sharing for about in self._covers(one)}
        return sharing[0] if sharing and wanted <= covered else None

    def _at(self, version: int) -> dict[frozenset[str], Standing]:
        standing: dict[frozenset[str], Standing] = {}
        for line in self._lines:
            if line["version"] <= version:
                _apply(standing, line)
        return standing


def _apply(standing: dict[frozenset[str], Standing], line: Mapping[str, Any]) -> None:
    """Replay one line of the book onto the rules that stand."""
    key = signature(line["rule"])
    match line["origin"]:
        case "retired":
            standing.setdefault(key, Standing(line["rule"])).retired = True
        case "basic":
            standing.setdefault(key, Standing(line["rule"]))
        case _:
            standing.setdefault(key, Standing(line["rule"])).mined += 1


def _line(
    rule: str, origin: RuleOrigin, version: int, sample: str, attempt: int, mined: MinedRule
) -> dict[str, Any]:
    line: dict[str, Any] = {
        "rule": rule,
        "version": version,
        "origin": origin,
        "sample": sample,
        "attempt": attempt,
        "task": mined.task,
        "round": mined.round,
        "category": mined.category,
        "reason": mined.reason,
    }
    return line if rule == mined.rule else line | {"said": mined.rule}


def read_rules(path: Path | None = None) -> list[dict[str, Any]]:
    """Lines of version 0 with origin `basic`; those that stood at the end of another run's book."""
    try:
        text = (
            path.read_text("utf-8-sig")
            if path
            else files("irloom.data").joinpath("rules.txt").read_text("utf-8")
        )
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"--rules {path}: {error}. Give a UTF-8 text file, or a run's rules.jsonl."
        ) from error
    rules = _read_book(path, text) if path and path.suffix == ".jsonl" else _read_list(text)
    return [{"rule": rule, "version": 0, "origin": "basic"} for rule in rules]


def _read_list(text: str) -> list[str]:
    lines = (" ".join(line.split()) for line in text.splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def _read_book(path: Path, text: str) -> list[str]:
    book = RuleBook()
    for number, line in enumerate(text.splitlines(), 1):
        try:
            row = orjson.loads(line)
            book.take({"version": row["version"], "origin": row["origin"], "rule": row["rule"]})
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ConfigError(
                f"--rules {path}, line {number}: not a line of a rule book ({error!r})."
            ) from error
    return list(book.standing(max_rules=1_000_000))
