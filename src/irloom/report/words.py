"""Tells what the words of a run's training data are like."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from irloom.engine.texts import find_kept
from irloom.export.card import Section
from irloom.lexicon import Lexicon
from irloom.metrics.language import Language
from irloom.pipelines.flow import Exported, Flow
from irloom.report.rows import Drawn, Sampled

Row = Mapping[str, Any]

_TEMPLATES = 5
_CLASSES = 8


def describe_words(root: Path, about: Row, sampled: Sampled, flow: Flow[Any] | None) -> list[Section]:
    """A section for each data file that training tools read; none where people wrote the texts."""
    if flow is not None and not flow.card.is_synthetic:
        return []
    kept = find_kept(root, about["fingerprint"]).get("lexicon")
    lexicon = Lexicon.load(kept) if kept is not None else None
    forms = {one.name: one.export for one in flow.data if one.export is not None} if flow is not None else {}
    return [
        _tell(name, drawn, measure(drawn, forms[name], Language(frozenset(sampled.labels), lexicon)))
        for name, drawn in sampled.read.items()
        if name in forms
    ]


def measure(drawn: Drawn[Row], form: Exported, language: Language) -> Language:
    """Read the conversations that rows become."""
    for row in drawn.drawn:
        language.take(form.messages(row))
    return language


def _tell(name: str, drawn: Drawn[Row], found: Language) -> Section:
    rest = f", drawn from {drawn.seen:,}" if drawn.seen > len(drawn.drawn) else ""
    paragraphs = [f"Of {len(drawn.drawn):,} rows{rest}."]
    if commonest := found.commonest_templates(_TEMPLATES):
        quoted = "; ".join(f"“{text}” {share:.0%}" for text, share in commonest)
        paragraphs.append(
            f"The commonest sentences of {found.answers:,} answers, names and numbers aside: {quoted}"
        )
    return Section(f"Words of {name}", tuple(paragraphs), (("", ""), *_list(found)))


def _list(found: Language) -> Iterator[tuple[str, str]]:
    of, counts = f"of {found.answers:,}", found.kinds["counts"]
    yield "answers", f"{found.answers:,}"
    yield "different questions", f"{len(found.questions) / max(1, found.answers):.0%} {of}"
    yield "different words, pairs and triples of words", _tell_grams(found)
    yield "answers that deny", f"{found.share('no'):.0%} {of}"
    yield "answers that say yes", f"{found.share('yes'):.0%} {of}"
    yield "answers that it cannot be told", f"{found.share('untold'):.0%} {of}"
    yield "questions about heat", f"{found.share('heat'):.0%} {of}"
    yield "counts, and those of one", f"{counts:,}, {found.kinds['ones'] / counts:.0%}" if counts else "none"
    yield "words of an answer, median and nine in ten", f"{found.length_at(0.5)}, {found.length_at(0.9)}"
    shares = (f"{label} {count / found.answers:.0%}" for label, count in found.classes.most_common(_CLASSES))
    yield f"objects that answers name, {of}", ", ".join(shares) or "none"
    if found.lexicon is not None:
        hidden = (f"{category} {count:,}" for category, count in found.hidden.most_common())
        yield "answers with words that infrared cannot show", ", ".join(hidden) or "none"


def _tell_grams(found: Language) -> str:
    return " · ".join(f"{found.distinct(size):.0%} of {found.grams_seen[size - 1]:,}" for size in (1, 2, 3))
