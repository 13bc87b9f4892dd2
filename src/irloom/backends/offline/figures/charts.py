"""Family: bar, pie and line charts of the numbers that a text lists by category."""

import re

from irloom.backends.offline.figures.figure import GIVEN_ONLY, Figure, Unsupported
from irloom.backends.offline.figures.quantities import NUMBER
from irloom.backends.offline.figures.script import write_script
from irloom.backends.offline.figures.statement import Statement

_KINDS = {
    "pie": r"pie[- ](?:chart|graph)|circle graph",
    "line": r"line (?:graph|chart|plot)",
    "bar": r"bar[- ](?:chart|graph|diagram)|column chart|pictogram|tally",
}
_COUNTED = r"progeny|offspring|votes|tally|sales|sold"
_FOREIGN = (
    r"expected|ratio of|alleles?|urn|probabilit\w+|marbles?|drawn|resistors?|mol|moles|grams|"
    r"price elasticity|"
    r"mean of|allele frequenc\w+|ways|arranged|pegs|dice|coins?|balance sheet|debit|credit"
)
_WORD = r"[A-Za-z][\w'/-]*"
_NAME = rf"{_WORD}(?: {_WORD}){{0,2}}"
_AFTER = (
    rf"(?P<name>{_NAME})\s*(?::|=|-|\(|,)?\s*\$?(?P<value>{NUMBER}%?)(?:\))?(?P<end>\s*(?:,|;|\.|and\b|$))"
)
_BEFORE = rf"(?P<value>{NUMBER}%?)\s+(?P<name>{_NAME})(?P<end>\s*(?:,|;|\.|\band\b|$))"
_YEARS = rf"(?P<name>(?:19|20)\d\d)\s*(?::|=|\(|-)\s*\$?(?P<value>{NUMBER})\)?(?P<end>\s*(?:,|;|\.|and\b|$))"
_LEAST = 3
_NEVER = {
    "the",
    "of",
    "in",
    "and",
    "for",
    "were",
    "was",
    "is",
    "are",
    "with",
    "to",
    "by",
    "at",
    "each",
    "per",
    "than",
}
_BARS = """\
fig, ax = plt.subplots(figsize=(6, 6))
places = range(len(names))
ax.bar(places, values, color="tab:blue", width=0.6)
for place, value, label in zip(places, values, labels):
    ax.text(place, value, label, ha="center", va="bottom", fontsize=11)
long = max(map(len, names)) * len(names) > 45
ax.set_xticks(list(places), names, rotation=90 if long else 0)
ax.set_ylabel(quantity)
ax.set_ylim(0, 1.12 * max(values))
ax.spines[["top", "right"]].set_visible(False)
"""
_PIE = """\
fig, ax = plt.subplots(figsize=(6, 6))
texts = [f"{name}\\n{label}" for name, label in zip(names, labels)]
ax.pie(values, labels=texts, startangle=90, counterclock=False, wedgeprops={"edgecolor": "white"})
"""
_LINE = """\
fig, ax = plt.subplots(figsize=(6, 6))
places = range(len(names))
ax.plot(places, values, "o-", color="tab:blue")
for place, value, label in zip(places, values, labels):
    ax.annotate(label, (place, value), xytext=(0, 7), textcoords="offset points", ha="center")
ax.set_xticks(list(places), names)
ax.set_ylabel(quantity)
ax.margins(0.12)
ax.grid(color="0.9")
"""
_SCRIPTS = {"bar": _BARS, "pie": _PIE, "line": _LINE}


def draw_chart(statement: Statement) -> Figure | None:
    """A chart with one value for each name."""
    kind = next((kind for kind, words in _KINDS.items() if statement.mentions(words)), None)
    if kind is None and not statement.mentions(_COUNTED):
        return None
    if kind is None and statement.mentions(_FOREIGN):
        return None
    items = _take_items(statement)
    if len(items) < _LEAST:
        if kind is None:
            return None
        raise Unsupported("the values of the chart are not listed by name")
    names, labels = [name for name, _ in items], [label for _, label in items]
    if len(set(names)) != len(names):
        raise Unsupported("a name of the chart stands for two values")
    shares = all(label.endswith("%") for label in labels)
    kind = kind or "bar"
    values = [float(label.rstrip("%").replace(",", "")) for label in labels]
    if kind == "pie" and shares and abs(sum(values) - 100) > 1:
        raise Unsupported("the shares of the pie chart are not 100% in all")
    title = _name_quantity(statement, shares)
    given = {"names": names, "values": values, "labels": labels, "quantity": title}
    script = write_script(f"A {kind} chart", given, _SCRIPTS[kind])
    parts = {"bar": "bar", "pie": "sector", "line": "point"}
    elements = (f"A {kind} chart", *(f"A {parts[kind]} for {name} labelled {label}" for name, label in items))
    return Figure(
        elements,
        (*names, *labels),
        (f"One {parts[kind]} a name, in the order of the text",),
        script,
        (GIVEN_ONLY,),
    )


def _take_items(statement: Statement) -> list[tuple[str, str]]:
    """The longest run of names with their values, in one of the forms of lists."""
    best: list[re.Match[str]] = []
    for pattern in (_YEARS, _AFTER, _BEFORE):
        runs: list[list[re.Match[str]]] = [[]]
        for found in re.finditer(pattern, statement.text):
            adjoining = runs[-1] and not re.search(
                r"[A-Za-z\d]", re.sub(r"\band\b", "", statement.text[runs[-1][-1].end() : found.start()])
            )
            ended = runs[-1] and runs[-1][-1]["end"].strip() == "."
            if not adjoining or ended:
                runs.append([])
            runs[-1].append(found)
        longest = max(runs, key=len)
        if len(longest) > len(best) and all(_is_name(found["name"]) for found in longest[1:]):
            best = longest
    for found in best:
        statement.take_span(found.start(), found.end())
    return [(_trim(found["name"]), found["value"]) for found in best]


def _is_name(name: str) -> bool:
    return name[0].isdigit() or not _NEVER.intersection(name.lower().split())


def _trim(name: str) -> str:
    """The first name of a list without the words of the sentence before it."""
    words = name.split()
    last = max((place for place, word in enumerate(words) if word.lower() in _NEVER), default=-1)
    return " ".join(words[last + 1 :])


def _name_quantity(statement: Statement, shares: bool) -> str:
    if shares:
        return "share (%)"
    found = statement.find(r"\b(?:number|amount|counts?) of ([a-z]+)\b")
    return f"number of {found[1]}" if found else "number"
