"""Tells the language of a text by its script and its commonest words; of most languages nothing is known."""

import re

_WORD = re.compile(r"[^\W\d_]+")
_ENGLISH = frozenset(
    "a an and are at by for from has in is it no not of on or that the there to was what with".split()
)
_ENGLISH_SHARE = 0.1
"""Of the words of English captions, questions and answers a third are among these; of other languages few."""
_SCRIPTS = (
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
)
_SCRIPT_SHARE = 0.2
_NAMES = {"cn": "zh"}
"""What benchmarks call languages otherwise than the Hub."""


def name_language(name: str) -> str:
    """A language by the Hub's name."""
    return _NAMES.get(name, name)


def tell_language(text: str) -> str | None:
    """`en`, `zh`, `ja` or `ko`; None where it is none of these, or cannot be told."""
    words = _WORD.findall(text.lower())
    letters = sum(map(len, words))
    for language, script in () if text.isascii() else _SCRIPTS:
        if letters and len(script.findall(text)) >= _SCRIPT_SHARE * letters:
            return language
    known = sum(word in _ENGLISH for word in words)
    return "en" if known and known >= _ENGLISH_SHARE * len(words) else None
