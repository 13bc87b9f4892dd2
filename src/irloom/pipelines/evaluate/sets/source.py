"""Reads a question set for an evaluation, with what guessing gives on each of its questions."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import orjson

from irloom.engine.images import hash_file
from irloom.errors import ConfigError
from irloom.pipelines.evaluate.records import Item
from irloom.pipelines.evaluate.sets.asks import make_item
from irloom.pipelines.evaluate.sets.config import SetConfig
from irloom.pipelines.evaluate.store import ItemStore
from irloom.question_sets.about import MARK, SetAbout
from irloom.question_sets.guesses import Guessed, guess_each
from irloom.question_sets.met import list_met
from irloom.question_sets.reader import QuestionSet, open_set, read_about
from irloom.question_sets.record import Question

_CHOOSERS = frozenset({"baseline", "similarity"})
"""Chat models that choose among options, and can answer nothing else."""


def load(config: SetConfig) -> ItemStore:
    """The questions of the asked part. Raises ConfigError for a set of another flow, or a changed one."""
    found = open_set(config.data)
    if found.about.flow != config.flow:
        raise ConfigError(
            f"--data {config.data} was built by `irloom build {found.about.builder}`: ask it with "
            f"`irloom run {found.about.flow}`."
        )
    _check_answerer(config, found)
    guesses, met = _guess_all(found, config), set(list_met(found.about.parts, config.trained_on))
    store = ItemStore(_decode)
    for question in found.iterate(config.asked_part):
        beside = {name: one.model_dump() for name, one in guesses[question.id].items()}
        licence = found.about.find_licence(question)
        kept = [question.model_dump(mode="json"), beside, question.part in met, licence]
        store.add(question.id, orjson.dumps(kept).decode())
    if not len(store):
        raise ConfigError(f"--data {config.data} has no question in the part {config.part!r}.")
    return store


def _decode(kept: str) -> Item:
    question, guesses, met, licence = orjson.loads(kept)
    beside = {name: Guessed.model_validate(one) for name, one in guesses.items()}
    return make_item(Question.model_validate(question), beside, met, licence)


def _guess_all(found: QuestionSet, config: SetConfig) -> dict[str, dict[str, Guessed]]:
    """What each rule makes of each asked question; the priors are those of the train part."""
    tasks: dict[str, list[Question]] = defaultdict(list)
    for question in found.iterate():
        tasks[question.task].append(question)
    guesses: dict[str, dict[str, Guessed]] = {}
    for questions in tasks.values():
        learned = [one for one in questions if one.part == "train"]
        asked = [one for one in questions if config.asked_part in (None, one.part)]
        guesses |= dict(_guess(learned, asked))
    return guesses


def _guess(
    learned: Sequence[Question], asked: Sequence[Question]
) -> Iterator[tuple[str, dict[str, Guessed]]]:
    guessed: Mapping[str, Sequence[Guessed]] = guess_each(learned, asked)
    for place, question in enumerate(asked):
        yield question.id, {name: some[place] for name, some in guessed.items()}


def _check_answerer(config: SetConfig, found: QuestionSet) -> None:
    """Refuse who can only choose where something else is asked."""
    if config.chat_for("answerer").kind not in _CHOOSERS:
        return
    if bare := sum(not one.options for one in found.iterate(config.asked_part)):
        raise ConfigError(
            f"{bare:,} questions of {config.data} have no options, and the embedded answerer chooses among "
            "options alone: name a chat model (--profile openai --model NAME). What guessing gives stands "
            "beside every score anyway."
        )


def digest_set(config: SetConfig) -> str:
    """Of `set.json`, which holds the sums of all else."""
    return hash_file(config.data / MARK)


def list_notices(items: Sequence[Item], config: SetConfig) -> list[str]:
    """What has to be known of a score on this set before it is paid for."""
    about = read_about(config.data / MARK)
    return [*_tell_leaks(about), *_tell_met(about, config)]


def _tell_leaks(about: SetAbout) -> Iterator[str]:
    if about.leaking:
        yield (
            f"the words of {', '.join(about.leaking)} tell their answers, as the set says: a model may have "
            "them right without looking."
        )


def _tell_met(about: SetAbout, config: SetConfig) -> Iterator[str]:
    for part in list_met(about.parts, config.trained_on):
        is_asked = config.asked_part in (None, part)
        what = "its scores measure memory" if is_asked else "which is not asked here"
        yield f"the model was trained on the {part} part of this set: {what}."
