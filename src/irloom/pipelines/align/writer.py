"""Writes sentences about an annotated image, right and wrong by construction, in words that tell nothing.

For each kind of mistake that the boxes determine there is one wrong sentence and one right one. Both come
from the same claims, phrasings and chances, so that only a look at the picture tells them apart.
"""

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from irloom.alignment import ErrorType, Label, Span
from irloom.errors import ConfigError
from irloom.records import Row, Sample
from irloom.scene.claims import Claim, Knowledge, count_claims, find_claims, share_to_use
from irloom.toml_files import parse_toml

EMBEDDED = files("irloom.data") / "claims.toml"
_SLOT = re.compile(r"\{(\w+)\}")
_VOWEL = re.compile(r"(?i)[aeio]|u(?!ni|s[aeiou])")


class MadeSentence(Row):
    """A sentence of which it is known what is wrong in it."""

    text: str
    label: Label
    error_type: ErrorType | None = None
    """None for a right one."""
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Phrasebook:
    """How claims are worded, and which labels look alike."""

    forms: Mapping[str, Sequence[str]]
    alike: Sequence[frozenset[str]]

    @classmethod
    def load(cls, path: Path | None) -> "Phrasebook":
        """Read a file in the form of `data/claims.toml`, the embedded one for None. Raises ConfigError."""
        try:
            table = parse_toml((path or EMBEDDED).read_bytes())
            groups = [frozenset(map(str, group)) for group in table["alike"]["groups"]]
            return cls({name: tuple(forms) for name, forms in table["forms"].items()}, groups)
        except (OSError, ValueError, KeyError) as error:
            raise ConfigError(f"claims {path or EMBEDDED} cannot be read: {error}") from error


class Writer:
    """Makes the sentences of one image after the other; `counts` are those of `count_claims`."""

    def __init__(
        self, book: Phrasebook, known: Knowledge, counts: Mapping[tuple[str, str, str], int], seed: int
    ) -> None:
        self._book = book
        self._known = known
        self._counts = counts
        self._seed = seed

    @classmethod
    def learn(
        cls, book: Phrasebook, labels: frozenset[str], samples: Sequence[Sample], seed: int
    ) -> "Writer":
        """A writer that has seen how often what is the case in some samples of a source."""
        known = Knowledge(labels, book.alike)
        return cls(book, known, count_claims(samples, known), seed)

    def write(self, sample: Sample) -> list[MadeSentence]:
        """The sentences of an image in a random order, drawn by its id; none where its boxes say nothing."""
        draw = random.Random(f"{self._seed}/{sample.id}/claims")
        kinds: dict[ErrorType, list[Claim]] = {}
        for claim in find_claims(sample, self._known):
            kinds.setdefault(claim.error_type, []).append(claim)
        sentences = [one for claims in kinds.values() for one in self._write_two(claims, draw)]
        draw.shuffle(sentences)
        return sentences

    def _write_two(self, claims: Sequence[Claim], draw: random.Random) -> list[MadeSentence]:
        """A wrong sentence and a right one about another claim, or about the same one alone."""
        drawn = draw.sample(claims, len(claims))
        used = [one for one in drawn if draw.random() < share_to_use(one, self._counts)][:2]
        if not used:
            return []
        return [self._word(used[0], draw, right=False), self._word(used[-1], draw, right=True)]

    def _word(self, claim: Claim, draw: random.Random, *, right: bool) -> MadeSentence:
        form = draw.choice(self._book.forms[claim.form])
        text, span = fill(form, claim, right=right)
        if right:
            return MadeSentence(text=text, label="correct")
        return MadeSentence(text=text, label="incorrect", error_type=claim.error_type, spans=(span,))


def fill(form: str, claim: Claim, *, right: bool) -> tuple[str, Span]:
    """A claim in the words of a form, and where what may be wrong in it stands."""
    slots = {**claim.fields, claim.slot: claim.right if right else claim.wrong}
    if "side" in slots:
        slots["at"] = "on the" if slots["side"] in {"left", "right"} else "at the"
    if "thing" in slots:
        slots["a"] = "an" if _VOWEL.match(slots["thing"]) else "a"
    text, span, end = "", (0, 0), 0
    for slot in _SLOT.finditer(form):
        text += form[end : slot.start()]
        said, end = slots[slot[1]], slot.end()
        if slot[1] == claim.slot:
            span = (len(text), len(text) + len(said))
        text += said
    text += form[end:]
    return text[0].upper() + text[1:], span
