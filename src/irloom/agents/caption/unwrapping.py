"""Takes a rewritten caption out of what chat models put around it, and tells one from something else.

One sentence is wanted. What surely is no part of it (a lead, a remark, a number, quotation marks) is taken
off; where it is open what belongs to it, the reply cannot be read.
"""

import re

from irloom.sentences import join_wrapped

_QUOTES = ('""', "''", "“”", "‘’", "``", "«»")
_EMPHASIS = re.compile(r"(?P<mark>\*+|_+)(?P<inside>[^*_].*?)(?P=mark)", re.DOTALL)
_COURTESY = re.compile(
    r"^(?:sure(?: thing)?|certainly|of course|absolutely|okay|ok|got it|great|yes)\b\s*[!.,:–-]+\s*",
    re.IGNORECASE,
)
_LABEL = (
    r"(?:(?:the|my|your|here is|here['’]s|this is|below is) )*"
    r"(?:(?:edited|filtered|rewritten|revised|new|final|modified|updated|corrected|infrared|thermal)[ -]*)*"
    r"(?:caption|reply|output|result|version|sentence|answer|rewrite|response)"
)
_LEAD = re.compile(
    rf"^[\s*_#>-]*(?:{_LABEL}(?: \d+)?(?: (?:is|for|without|after|with|that|based|suited)\b[^:]{{0,80}})?"
    r"|(?:here(?: is|['’]s| are| you go)|below is|i['’]ve|i have)\b[^:]{0,100})[*_]*\s*:[\s*_]*",
    re.IGNORECASE,
)
_SPEAKS_OF_IT = re.compile(
    r"^[^:]{0,120}\b(?:captions?|sentence|version|rewrit\w+|edit\w*|rules?|filter\w*)\b[^:]{0,60}:[\s*_]*",
    re.IGNORECASE,
)
"""A lead in words of its own: taken off where the original has no colon that it could be."""
_ORIGINAL = re.compile(r"^[\s*_#>-]*(?:original|source|input|before|given|old)\b[^:]{0,30}:", re.IGNORECASE)
_REMARK = re.compile(
    r"^[\s*_#>(\[-]*(?:note|explanation|reason(?:ing)?|comments?|changes?|removed|edits?|rules?|justification"
    r"|i(?:['’]ve| have| removed| deleted| took| kept| omitted| left| replaced| edited| changed)\b"
    r"|(?:this|the) (?:edited|new|revised|rewritten|edit|version|caption|rewrite|words?|phrases?|original)\b"
    r"|(?:all |no )?(?:words|changes|colou?r words|mentions?) "
    r"(?:of|about|that|were|was|have|needed|made|necessary)\b"
    r"|let me know|hope this|please|feel free|as requested|per the|according to the rules|-{3,}|={3,})",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"^(?:\(?\d{1,2}[.)\]]|[-*•+>#])\s+")
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"”’)]*\s+(?=[\"“‘(]?[A-ZÀ-ÞА-Я])")
_FILLER = frozenset(
    "a an and are as at be by for from has have his her in into is it its near of off on onto or out over "
    "some that the their them there they this to two up very was were while who with one".split()
)
_WORD = re.compile(r"[^\W_]+")
_MOST_TIMES, _MORE_WORDS = 2, 10


def unwrap_caption(text: str, original: str | None = None) -> str | None:
    """The one sentence of a reply; None where it is open which that is.

    It may be of as many sentences as the original, where one is given.
    """
    lines = join_wrapped([line.strip() for line in text.splitlines() if line.strip()])
    labelled = [line for line in lines if not _ORIGINAL.match(line) and not line.endswith(":")]
    foreign = original is not None and ":" not in original
    kept = [_strip_line(line, foreign) for line in _drop_remarks(labelled or lines)]
    kept = [line for line in kept if re.search(r"\w", line)]
    if len(kept) > 1 and original is not None:
        kept = [line for line in kept if line != original.strip()]
    if len(kept) != 1:
        return None if kept else ""
    sentences = _SENTENCE_END.split(kept[0])
    while len(sentences) > 1 and _REMARK.match(sentences[-1]):
        sentences.pop()
    most = max(1, len(_SENTENCE_END.split(original))) if original is not None else len(sentences)
    return _strip_quotes(" ".join(sentences)) if len(sentences) <= most else None


def find_strangeness(text: str, original: str) -> str | None:
    """Why a text can be no rewrite of a caption; None where it can."""
    words, before = _WORD.findall(text), _WORD.findall(original)
    most = _MOST_TIMES * len(before) + _MORE_WORDS
    if len(words) > most:
        return f"it has {len(words)} words where the original has {len(before)}"
    said, meant = _contents(words), _contents(before)
    if meant and not said & meant:
        return "it has no word of the original"
    return None


def _strip_line(line: str, foreign: bool) -> str:
    """A line without its number, its lead and the quotation marks around it."""
    before = None
    while before != line:
        before = line
        line = _LEAD.sub("", _COURTESY.sub("", _NUMBER.sub("", line))).strip()
        line = _strip_quotes(_SPEAKS_OF_IT.sub("", line) if foreign else line)
    return line


def _strip_quotes(text: str) -> str:
    text = text.strip()
    while emphasised := _EMPHASIS.fullmatch(text):
        text = emphasised["inside"].strip()
    while len(text) > 1 and f"{text[0]}{text[-1]}" in _QUOTES and text[0] not in text[1:-1]:
        text = text[1:-1].strip()
    return text


def _drop_remarks(lines: list[str]) -> list[str]:
    """The lines without remarks behind the first that is none."""
    return [line for number, line in enumerate(lines) if number == 0 or not _REMARK.match(line)]


def _contents(words: list[str]) -> set[str]:
    """What of some words carries meaning, without the endings of English; other scripts by their signs."""
    found: set[str] = set()
    for word in words:
        low = word.lower()
        if not low.isascii():
            found.update(low)
        elif low not in _FILLER:
            found.add(_stem(low))
    return found


def _stem(word: str) -> str:
    for ending in ("ies", "ing", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)].rstrip("e")
    return word.rstrip("e") if len(word) > 3 else word
