"""Writes the query of somebody who holds a photograph and looks for the same with a change."""

from collections.abc import Callable, Mapping, Sequence
from random import Random

from irloom.backends.offline.edits.changes import Told, read_told
from irloom.backends.offline.edits.phrasebook import fill, make_sentence, read_phrasebook
from irloom.edits import FORMS, QueryForm
from irloom.errors import ModelReplyError
from irloom.scene.layout import list_phrases
from irloom.scene.nouns import mentioned

_MANY_WORDS = 40
_DRAFTS = 8
"""How many wordings are tried for one that is short enough."""
_SHOULD = {"be": "should be", "are": "should be"}


def phrase(form: str, changes: str, random: Random) -> str:
    """One sentence in one of the forms; a line or a form that cannot be read is a ModelReplyError."""
    forms = [name for name in FORMS if name == form]
    if not forms:
        raise ModelReplyError(f"the form {form!r} is none of {', '.join(FORMS)}")
    told = read_told(changes)
    if not all(change.is_clear for change in told):
        return make_sentence(_QUOTES[forms[0]] + list_phrases([change.quotation for change in told]))
    drafts = [make_sentence(_WRITERS[forms[0]](told, random)) for _ in range(_DRAFTS)]
    short = [draft for draft in drafts if len(draft.split()) <= _MANY_WORDS]
    return short[0] if short else min(drafts, key=len)


def _order(told: Sequence[Told], random: Random) -> str:
    return list_phrases([fill(random.choice(change.orders), change.slots()) for change in told])


def _search(told: Sequence[Told], random: Random) -> str:
    states = [fill(random.choice(change.phrases.state), change.slots()) for change in told]
    return f"{random.choice(read_phrasebook().heads.search)} {list_phrases(states)}"


def _cut_short(told: Sequence[Told], random: Random) -> str:
    fragments = [fill(random.choice(change.phrases.fragment), change.slots()) for change in told]
    if all(fragment.startswith("with ") for fragment in fragments):
        fragments[1:] = [fragment.removeprefix("with ") for fragment in fragments[1:]]
    return f"{random.choice(read_phrasebook().heads.elliptic)} {list_phrases(fragments)}"


def _refuse(told: Sequence[Told], random: Random) -> str:
    """Say what is not wanted of the first change, and how all should be."""
    first, *others = told
    head = f"{random.choice(read_phrasebook().heads.negative)} {fill(first.phrases.now, first.slots())}"
    wanted = [_say_instead(first, random)]
    wanted += [fill(random.choice(change.phrases.state), change.slots() | _SHOULD) for change in others]
    return "; ".join(part for part in (head, list_phrases([part for part in wanted if part])) if part)


def _say_instead(change: Told, random: Random) -> str:
    slots = change.slots()
    if change.phrases.instead is not None:
        return fill(change.phrases.instead, slots)
    pronoun = "they" if "person" in mentioned(slots["it"]) else "it"
    return fill(random.choice(change.phrases.state), slots | _SHOULD | {"it": pronoun})


_WRITERS: Mapping[QueryForm, Callable[[Sequence[Told], Random], str]] = {
    "imperative": _order,
    "search": _search,
    "elliptic": _cut_short,
    "negative": _refuse,
}
_QUOTES: Mapping[QueryForm, str] = {
    "imperative": "",
    "search": "find me a picture like this with a change: ",
    "elliptic": "the same scene with a change: ",
    "negative": "I do not want it as it is: ",
}
"""What comes before the instructions themselves, where nothing else says what changes."""
