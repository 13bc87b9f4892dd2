"""Family: Venn diagrams of two or three sets with given counts or probabilities."""

import re
from dataclasses import dataclass, field

from irloom.backends.offline.figures.figure import GIVEN_ONLY, Figure, Unsupported
from irloom.backends.offline.figures.quantities import NUMBER
from irloom.backends.offline.figures.script import CANVAS, write_script
from irloom.backends.offline.figures.statement import Statement

_VERBS = (
    r"(?:(?:are |were |have |had )?(?:play|like|take|study|speak|read|own|have|drink|watch|eat|enjoy|"
    r"passe?d?|taking|studying|enrolled in|chose|prefer|use|bought|buy|know|learn|visited|failed)"
    r"(?:s|ed)?(?: in)?)"
)
_WHO = (
    r"(?:\s+(?:of (?:the )?)?(?:students?|people|of them|persons|families|pupils|children|customers|members|"
    r"employees|households))?"
)
_NAME = (
    r"(?P<name>(?!both|neither|only|all|at|none|exactly|either)[A-Za-z]+"
    r"(?:\s(?!and\b|or\b|but\b|while\b|only\b)[a-z]+)?)"
)
_COUNT = rf"(?<![\d.])(?P<n>{NUMBER}%?)"
_VALUE = rf"(?P<n>{NUMBER}(?:\s*/\s*\d+)?%?)"
_FOREIGN = (
    r"at least|at most|exactly|balls?|urns?|dice|die|cards?|coins?|ratio|mutually exclusive|disjoint|"
    r"given that|four|subsets?"
)
_CIRCLES = """\
spread, radius = (1.0, 1.7) if len(sets) == 2 else (1.15, 1.7)
turns = np.radians([180, 0] if len(sets) == 2 else [90, 210, 330])
centers = [spread * np.array([np.cos(turn), np.sin(turn)]) for turn in turns]
ax.add_patch(plt.Rectangle((-4.3, -4), 8.6, 8, fill=False, linewidth=1.5))
for center, color in zip(centers, ["tab:blue", "tab:orange", "tab:green"]):
    ax.add_patch(plt.Circle(center, radius, facecolor=color, alpha=0.2))
    ax.add_patch(plt.Circle(center, radius, fill=False, linewidth=1.5))
for center, label in zip(centers, sets):
    outward = center / np.hypot(*center)
    place = center + (radius + 0.35) * (outward if len(sets) == 3 else np.array([0, 1]))
    if len(sets) == 3 and abs(outward[0]) > 0.1:
        place = center + np.array([outward[0], -radius - 0.35])
    ax.text(*place, label, ha="center", va="center", fontsize=12)
for members, label in inside:
    # A region lies at the middle of its sets, away from those that it is not in
    others = [center for number, center in enumerate(centers) if number not in members]
    place = np.mean([centers[number] for number in members], axis=0)
    if others:
        place = place - (0.75 if len(members) == 1 else 0.45) * np.mean(others, axis=0)
    ax.text(*place, label, ha="center", va="center", fontsize=12)
for number, (members, label) in enumerate(pointed):
    target = np.mean([centers[number] for number in members], axis=0)
    start = 0, -2.6 - 0.5 * number
    if len(sets) == 3:  # at the side on which the overlap is
        start = 2.4 * np.sign(round(target[0], 3)), 2.2 if target[1] > -0.1 else -3.2
    ax.annotate(label, target, start, ha="center", va="center", fontsize=11, arrowprops={"arrowstyle": "-"})
if outside:
    ax.text(-4.0, -3.75, outside, ha="left", va="bottom", fontsize=12)
if total:
    ax.text(4.1, 3.8, total, ha="right", va="top", fontsize=12)
ax.set_xlim(-4.5, 4.5)
ax.set_ylim(-4.2, 4.2)
"""


@dataclass(slots=True)
class _Diagram:
    """Texts of a diagram; members are numbers of sets."""

    sets: list[str] = field(default_factory=list)
    inside: list[tuple[list[int], str]] = field(default_factory=list)
    pointed: list[tuple[list[int], str]] = field(default_factory=list)
    outside: str = ""
    total: str = ""
    notes: list[str] = field(default_factory=list)


def draw_venn(statement: Statement) -> Figure | None:
    """Two or three overlapping circles with what is given of them."""
    symbols = statement.find(r"\b[nP]\s*\(\s*[A-Z]\s*[∩∪]\s*[A-Z]")
    words = statement.mentions("both|all three") and statement.find(rf"\d+%?{_WHO}\s+{_VERBS}\s")
    if not symbols and not words and not statement.mentions("venn diagram"):
        return None
    if found := statement.find(rf"\b(?:{_FOREIGN})\b"):
        raise Unsupported(f"more than a Venn diagram shows is spoken of: {found[0]!r}")
    diagram = _read_symbols(statement) if symbols else _read_words(statement)
    return _finish(diagram)


def _read_symbols(statement: Statement) -> _Diagram:
    """`n(A) = 20`, `P(A ∩ B) = 0.2`."""
    found = statement.take_all(rf"\b(?P<measure>[nP])\s*\(\s*(?P<set>[^()=]{{1,20}})\s*\)\s*=\s*{_VALUE}")
    letters = sorted({one for match in found for one in match["set"] if one.isupper()} - {"U", "S"})
    if not 2 <= len(letters) <= 3:
        raise Unsupported(f"{len(letters)} sets, where 2 or 3 are drawn")
    diagram = _Diagram(sets=list(letters))
    for match in found:
        inner = " ".join(match["set"].split())
        label = f"{match['measure']}({inner}) = {match['n']}"
        members = [letters.index(one) for one in inner if one in letters]
        if inner in ("U", "S"):
            diagram.total = label
        elif len(members) == 1 and len(inner) == 1:
            diagram.sets[members[0]] = label
        elif re.fullmatch(r"[A-Z](?: ?∩ ?[A-Z])+", inner):
            diagram.pointed.append((members, label))
        else:
            diagram.notes.append(label)
    return diagram


def _read_words(statement: Statement) -> _Diagram:
    """`25 play football, 18 play cricket and 8 play both`."""
    diagram = _Diagram()
    total = statement.take(
        r"(?:class|group|survey|sample|out|total|school|club|among|poll)(?: of)?(?: a total of)?\s+"
        rf"{_COUNT}\s+(?P<who>[a-z]+)"
    )
    total = total or statement.take(rf"^(?:in a \w+ of |of )?{_COUNT}\s+(?P<who>students|people)")
    diagram.total = f"{total['n']} {total['who']}" if total else ""
    if found := statement.take(rf"{_COUNT}{_WHO}\s+(?:{_VERBS}\s+)?(?:neither|none|no)\b"):
        diagram.outside = f"neither {found['n']}"
    triple = statement.take(rf"{_COUNT}{_WHO}\s+{_VERBS}\s+all(?: (?:three|of them))?")
    both = statement.take(
        rf"{_COUNT}{_WHO}\s+(?:{_VERBS}\s+)?both"
        r"(?!\s+(?!(?:of|sports|subjects|languages|games|types)\b)[a-z]+ and)"
    )
    pairs = statement.take_all(
        rf"{_COUNT}{_WHO}\s+(?:{_VERBS}\s+)?(?:both\s+)?(?P<a>[A-Za-z]+) and (?P<b>[A-Za-z]+)(?=[,.;?]| and)"
    )
    only = statement.take_all(
        rf"{_COUNT}{_WHO}\s+(?:{_VERBS}\s+)?only\s+{_NAME}|"
        rf"{_COUNT.replace('<n>', '<m>')}{_WHO}\s+{_VERBS}\s+{_NAME.replace('<name>', '<other>')}\s+only"
    )
    names = statement.take_all(rf"{_COUNT}{_WHO}\s+{_VERBS}\s+{_NAME}")
    known = [match["name"].strip() for match in names]
    known += [one for match in only if (one := (match["name"] or match["other"]).strip()) not in known]
    if len(set(known)) != len(known) or not 2 <= len(known) <= 3 or (both and len(known) != 2):
        raise Unsupported("which sets the counts belong to is not understood")
    counts = {match["name"].strip(): match["n"] for match in names}
    diagram.sets = [f"{name} {counts[name]}" if name in counts else name for name in known]
    for match in only:
        name = (match["name"] or match["other"]).strip()
        diagram.inside.append(([known.index(name)], match["n"] or match["m"]))
    _note_overlaps(diagram, known, both, pairs, triple)
    return diagram


def _note_overlaps(
    diagram: _Diagram,
    known: list[str],
    both: re.Match[str] | None,
    pairs: list[re.Match[str]],
    triple: re.Match[str] | None,
) -> None:
    for match in pairs:
        if match["a"] not in known or match["b"] not in known:
            raise Unsupported(f"{match['a']} and {match['b']} are not both among the sets")
        members = sorted((known.index(match["a"]), known.index(match["b"])))
        if len(known) == 2:
            diagram.inside.append((members, match["n"]))
        else:
            diagram.pointed.append((members, f"{match['a']} and {match['b']} {match['n']}"))
    if both:
        diagram.inside.append(([0, 1], both["n"]))
    if triple:
        diagram.inside.append(([0, 1, 2], triple["n"]))


def _finish(diagram: _Diagram) -> Figure:
    given = {
        "sets": diagram.sets,
        "inside": diagram.inside,
        "pointed": diagram.pointed,
        "outside": diagram.outside,
        "total": diagram.total,
    }
    labels = [
        *diagram.sets,
        *(text for _, text in [*diagram.inside, *diagram.pointed]),
        diagram.outside,
        diagram.total,
    ]
    labels = [label for label in [*labels, *diagram.notes] if label]
    elements = ["A rectangle for everything", *(f"A circle labelled {label}" for label in diagram.sets)]
    elements += [
        f"{text} in the region of {len(members)} of the sets"
        for members, text in [*diagram.inside, *diagram.pointed]
    ]
    elements += [f"{text} outside the circles" for text in (diagram.outside, diagram.total) if text]
    script = write_script("A Venn diagram", given, CANVAS, _CIRCLES, notes=diagram.notes)
    considerations = ("A total stands at its circle, not in one of its regions.", GIVEN_ONLY)
    return Figure(tuple(elements), tuple(labels), ("Areas are not to scale",), script, considerations)
