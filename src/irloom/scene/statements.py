"""What an instruction claims: its questions and answers, without what they deny or leave open."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_LABEL = re.compile(r"^(Question|Answer):[ \t]*", re.MULTILINE)
_LINE = re.compile(r"(?<!\s)\s*+^={3,}+\s*+\Z", re.MULTILINE)
_END = re.compile(r"(?<=[.!?])[\"”’')\]]*\s+|\n+")
_DENIAL = re.compile(
    r"(?i)\b(?:no|not|none|nobody|nothing|neither|nor|never|without|nowhere|absent|lacks?)\b|n['’]t\b"
    r"|\b(?:instead of|rather than)\b"
)
_NO = re.compile(r"(?i)^no\b(?:\s*[,.;:!–—-]+\s*|\s+(?=there\b|the\b|it\b|they\b|only\b)|$)")
_YES = re.compile(r"(?i)^(?:yes|yeah|indeed|correct|right)\b")
_CLOSED = re.compile(
    r"(?i)^(?:and |but |so |or )?"
    r"(?:is|are|was|were|does|do|did|has|have|had|can|could|will|would|should|may|might)(?:n['’]t)?\b"
)
_NOT = r"(?:can(?:not| not|['’]t)|could(?: not|n['’]t)|(?:is|are|do|does)(?: not|n['’]t)|never)"
_HARDLY = r"(?:impossible|not possible|no way|unable|unknown|unclear|uncertain)"
_KNOW = (
    r"(?:tell|told|say|said|know|known|determined?|judged?|identif(?:y|ied)|recogni[sz]ed?|read|shown?|"
    r"reveal(?:ed)?|carry|carries|visible|seen|see|made out|make out|discern(?:ed|ible)?|certain|clear)"
)
_OPEN = re.compile(
    rf"(?i)\b(?:{_NOT}|{_HARDLY})\b[^.!?]{{0,60}}?\b{_KNOW}\b"
    r"|\b(?:is|are|remains?) (?:unknown|unclear|uncertain|invisible)\b"
    r"|\b(?:no telling|no answer to|beyond (?:a|the|this) (?:thermal|infrared))\b"
    r"|\b(?:nobody|no one) (?:can|could) (?:tell|say|see|know)\b"
    r"|\bshows? (?:only )?(?:heat|warmth|temperatures?)\b|\bcarr(?:y|ies) no\b"
)
"""That something cannot be told, or that an infrared image does not show it."""
_GENERAL = re.compile(
    r"(?i)\b(?:if|would|should|could|might|may|must|can(?! be seen| be found| see)|needs?|ha(?:s|ve) to|"
    r"usually|often|typically|generally|commonly|always|whoever|anyone|anybody|everyone|imagine|suppose|"
    r"like(?:ly)? an?|such as|for example|so that|in case)\b"
)
"""What marks a sentence as common knowledge, which claims nothing of this picture."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question, empty where there is none, and its answer."""

    question: str
    answer: str


def read_exchanges(text: str) -> list[Exchange]:
    """Read questions and answers out of an instruction's text; any other text is one answer."""
    _, *parts = _LABEL.split(text)
    exchanges: list[Exchange] = []
    question = ""
    for head, part in zip(parts[::2], parts[1::2], strict=True):
        said = _LINE.sub("", part).strip()
        if head == "Answer":
            exchanges.append(Exchange(question, said))
        question = said if head == "Question" else ""
    if question or not parts:
        exchanges.append(Exchange(question, "" if question else text.strip()))
    return exchanges


def split_sentences(text: str) -> list[str]:
    """Split a text into its sentences, each on its own line included."""
    return [part.strip() for part in _END.split(text) if part.strip()]


def is_closed(question: str) -> bool:
    """Whether a question asks for yes or no."""
    return _CLOSED.match(question.strip()) is not None


def says_no(answer: str) -> bool:
    """Whether an answer begins with no."""
    return re.match(r"(?i)no\b", answer.strip()) is not None


def denies(sentence: str) -> bool:
    """Whether something in a sentence is denied."""
    return _DENIAL.search(sentence) is not None


def leaves_open(sentence: str) -> bool:
    """Whether a sentence says of something that it cannot be told or seen."""
    return _OPEN.search(sentence) is not None


def is_general(sentence: str) -> bool:
    """Whether a sentence speaks of what is so in general, or would be so ("a dog would bark")."""
    return _GENERAL.search(sentence) is not None


def list_claims(text: str) -> list[str]:
    """List what an instruction says to be so, sentence by sentence.

    A question claims what it takes for granted ("What is the dog doing?"); one for yes or no claims what is
    answered with yes. Left out is what is denied, what nobody can tell, and what is so in general.
    """
    return [claim for exchange in read_exchanges(text) for claim in _list_claims(exchange)]


def _list_claims(exchange: Exchange) -> Iterator[str]:
    sentences = [_NO.sub("", sentence) for sentence in split_sentences(exchange.answer)]
    if exchange.question and not is_general(exchange.question) and _takes_for_granted(exchange):
        yield exchange.question
    left_out = (denies, leaves_open, is_general)
    yield from (one for one in sentences if one and not any(is_one(one) for is_one in left_out))


def _takes_for_granted(exchange: Exchange) -> bool:
    """Whether the answer bears out what the question speaks of."""
    if is_closed(exchange.question):
        return _YES.match(exchange.answer.strip()) is not None and not denies(exchange.question)
    first = split_sentences(exchange.answer)[:1]
    return not any(says_no(one) or denies(one) or leaves_open(one) for one in first)
