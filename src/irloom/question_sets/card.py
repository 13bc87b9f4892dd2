"""The card of a question set: what it is, how it was built, what guessing gives, and what to keep off it."""

from collections.abc import Iterator
from typing import Any

from irloom.export.card import Section, to_markdown
from irloom.metrics.estimates import UNKNOWN, gain, percent
from irloom.question_sets.about import Leak, SetAbout
from irloom.question_sets.builder import Builder
from irloom.question_sets.guesses import LEAST_LEARNED, OF_THE_ASKED
from irloom.views.calls import Table

_KEEP_OUT = (
    "The test part measures models: train on the train part alone, and hand the digest of the test part on "
    "with whatever was trained, so that an evaluation can tell whether a model met it."
)
_TERMS = (
    "The pictures keep the terms of the sets that they are from: pass this set on only where all of them "
    "allow it."
)
_GUESSES = (
    "What is right without any look at a picture, in per cent of the test part. A model that scores no more "
    "shows nothing."
)
_OF_THE_ASKED = (
    f"What ends in {OF_THE_ASKED.strip()!r} was learned from the test questions themselves, because the "
    f"train part has fewer than {LEAST_LEARNED} of the task: such a guess is better than anybody's could be."
)
_LEAKS = (
    "A bag-of-words classifier on question and options, trained on the train part. A task leaks where it "
    "beats the best guess on the test part by more than 5 points, and the 95 % interval of that gain lies "
    "above 0: models may then learn the answers without looking. Under 100 test questions, or "
    f"{LEAST_LEARNED} to learn from, it is too few to tell."
)


def write_card(about: SetAbout, builder: Builder[Any]) -> str:
    """The card as Markdown."""
    sections = [
        Section("What it is", (builder.about, _tell_made(about)), tabulate_tasks(about)),
        Section(
            "Sources",
            ("Each source with the digest of its annotations, which decide the questions.",),
            _list_sources(about),
        ),
        Section("Guessing", (_GUESSES, *_tell_of_asked(about)), tabulate_guesses(about)),
        Section("Leaks", (_LEAKS, *_tell_leaking(about)), tabulate_leaks(about)),
        Section("Left out and mended", tuple(tell_remarks(about))),
        Section("Limits", (*builder.limits, *_tell_terms(about), _KEEP_OUT, _tell_digests(about))),
    ]
    return to_markdown(
        f"{builder.name}: a question set", [one for one in sections if one.paragraphs or one.table]
    )


def _tell_made(about: SetAbout) -> str:
    options = ", ".join(
        f"{name.replace('_', '-')} {_word(value)}"
        for name, value in about.options.items()
        if value is not None
    )
    return f"Built by irloom {about.irloom} with `{about.builder}`: {options}."


def _word(value: object) -> str:
    """A setting as people write it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return " ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def tabulate_tasks(about: SetAbout) -> Table:
    """Questions a task and part, beside the paper's."""
    rows = [
        (name, f"{one.train:,}", f"{one.test:,}", UNKNOWN if one.published is None else f"{one.published:,}")
        for name, one in about.tasks.items()
    ]
    return (("task", "train", "test", "in the paper"), *rows)


def _list_sources(about: SetAbout) -> Table:
    if not about.sources:
        return ()
    rows = ((one.name, f"{one.images:,}", one.licence or UNKNOWN, one.sha256[:16]) for one in about.sources)
    return (("source", "images", "licence", "sha256"), *rows)


def _tell_terms(about: SetAbout) -> Iterator[str]:
    if about.sources:
        yield _TERMS


def tabulate_guesses(about: SetAbout) -> Table:
    """What each rule that sees no picture scores."""
    rows = [
        (task, name, percent(guess.accuracy), UNKNOWN if guess.mae is None else f"{guess.mae:.2f}")
        for task, one in about.tasks.items()
        for name, guess in one.guesses.items()
    ]
    return (("task", "guess", "right %", "mean absolute error"), *rows) if rows else ()


def _tell_of_asked(about: SetAbout) -> Iterator[str]:
    names = (name for one in about.tasks.values() for name in one.guesses)
    if any(name.endswith(OF_THE_ASKED) for name in names):
        yield _OF_THE_ASKED


def tabulate_leaks(about: SetAbout) -> Table:
    """Whether words tell the answers, task by task."""
    head = ("task", "verdict", "test questions", "by words %", "gain", "95 %")
    return (head, *((name, *_tell_leak(one.leak)) for name, one in about.tasks.items()))


def _tell_leak(leak: Leak) -> tuple[str, ...]:
    if leak.accuracy is None or leak.gain is None or leak.low is None or leak.high is None:
        return (leak.verdict, f"{leak.questions:,}", UNKNOWN, UNKNOWN, UNKNOWN)
    return (
        *(leak.verdict, f"{leak.questions:,}", percent(leak.accuracy)),
        *(f"{gain(leak.gain)} over {leak.best}", f"{gain(leak.low)} to {gain(leak.high)}"),
    )


def _tell_leaking(about: SetAbout) -> Iterator[str]:
    for name in about.leaking:
        yield f"{name} leaks: do not rest a claim on it."


def tell_remarks(about: SetAbout) -> Iterator[str]:
    """What was left out, and what was wrong and is mended."""
    yield from about.said
    for one in about.remarks:
        yield f"{one.count:,} × {one.what} (first: {one.first})."
    for task, count in about.dropped.items():
        yield f"{count:,} questions of {task} were left out so that yes and no are equally frequent."


def _tell_digests(about: SetAbout) -> str:
    return "Digests: " + ", ".join(f"{part} {digest}" for part, digest in about.parts.items()) + "."
