"""Which objects an instruction claims or denies against what captions and boxes say."""

import re
from collections.abc import Collection

from irloom.scene.nouns import NUMBERS, Mention, find_mentions
from irloom.scene.statements import list_claims, read_exchanges, says_no, split_sentences

_OTHER_WORDS = frozenset(
    "individual cook remote bear bears tie ties mouse sink sinks train trains bat bats ball orange oranges "
    "jet cycle duck shuttle subway crowd family someone friend friends bed beds book books table tables ship "
    "keyboard female male worker workers".split()
)
"""Words that mention a label and mean as often something else: they are no proof that it was named."""
_COMPOUND = re.compile(
    r"(?i)^[ -](?:tracks?|stations?|stops?|parks?|lanes?|lots?|paths?|shops?|houses?|fields?|courts?|sheds?|"
    r"covers?|seats?|rides?|racks?|rails?|lines?|crossings?|shows?|food|feeders?|baths?|ports?|horns?|cakes?)\b"
)
_ANYBODY = re.compile(r"(?i)^(?:people|persons|pedestrians|passengers|players|riders|kids|children)$")
"""Words that stand for people at large, unless a number or an article says that some are meant."""
_SOME = re.compile(
    rf"(?i)\b(?:the|these|those|{'|'.join(NUMBERS[1:])}|\d+|several|some|many|few|both|other|are|see|shows?|"
    r"(?:groups?|crowds?|lots?|number|lines?|couple|pair) of)"
    r"(?: \w+)? $"
)
_WHO = re.compile(r"(?i)^ (?:who|that|in general)\b")
_ABSENT = (
    r"(?:there (?:is|are) no|(?:i|you|one|we) (?:can )?see no|"
    r"(?:image|picture|scene) (?:shows|contains|has) no)"
)
_HERE = (
    r"(?:(?: (?:to be seen|visible|present|shown|here|anywhere|at all))?"
    r"(?: in (?:the|this) (?:\w+ )?(?:image|picture|scene|view|frame))?)"
)
_STATED_ABSENT = re.compile(rf"(?i)(?:{_ABSENT} |^no )$")
_AFTER_ABSENT = re.compile(rf"(?i)^(?: (?:is|are)(?= ))?{_HERE}(?=\s*(?:[.,;!]|and\b|or\b|$))")
_ASKED = re.compile(
    r"(?i)^(?:(?:is|are) there(?: an?| any| some)?|(?:can|do) you see(?: an?| any| some)?|"
    r"(?:is|are) (?:an?|any)) $"
)
_AFTER_ASKED = re.compile(rf"(?i)^{_HERE} *\??$")


def find_unsupported(text: str, supported: Collection[str], annotated: Collection[str]) -> list[str]:
    """List the labels that an instruction claims although neither captions nor boxes name them.

    Only labels that the source annotates count, since of others nobody knows; common knowledge ("a dog
    would bark"), what is denied and what is left open claim nothing.
    """
    named = (
        one for claim in list_claims(text) for one in find_mentions(claim, annotated) if _is_plain(claim, one)
    )
    labels = dict.fromkeys(one.label for one in named)
    return [label for label in labels if label in annotated and label not in supported]


def find_denied(text: str, present: Collection[str]) -> list[str]:
    """List the labels that an instruction says not to be there although they are.

    Read are plain denials alone, such as "There are no dogs." and "Is there a dog?" with "No": "no dog on the
    bench" may be true beside a dog.
    """
    found: list[str] = []
    for exchange in read_exchanges(text):
        if says_no(exchange.answer):
            found += _list_between(exchange.question, present, _ASKED, _AFTER_ASKED)
        for sentence in split_sentences(exchange.answer):
            found += _list_between(re.sub(r"(?i)^no, ", "", sentence), present, _STATED_ABSENT, _AFTER_ABSENT)
    return list(dict.fromkeys(found))


def _is_plain(claim: str, one: Mention) -> bool:
    """Whether a word can only mean its label here."""
    before, after = claim[: one.start], claim[one.end :]
    anybody = _ANYBODY.match(one.word) and (not _SOME.search(before) or _WHO.match(after))
    return one.word.lower() not in _OTHER_WORDS and not _COMPOUND.match(after) and not anybody


def _list_between(
    text: str, labels: Collection[str], before: re.Pattern[str], after: re.Pattern[str]
) -> list[str]:
    """The labels that stand between what these expressions find."""
    return [
        one.label
        for one in find_mentions(text, labels)
        if one.label in labels and before.search(text[: one.start]) and after.match(text[one.end :])
    ]
