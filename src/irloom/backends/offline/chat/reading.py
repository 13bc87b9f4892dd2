"""What the rule engine may say of an image: it reads the slots of the task prompts."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from random import Random

from irloom.backends.offline.chat.english import article_for, capitalise, end_sentence
from irloom.backends.offline.chat.filter import readable, remove_words, strip_label
from irloom.backends.offline.chat.wordings import word
from irloom.errors import ModelReplyError
from irloom.lexicon import Lexicon
from irloom.records import Category
from irloom.scene.agreement import find_disagreement, find_disputed
from irloom.scene.heat import Shows
from irloom.scene.layout import Layout, Relation, Thing, name_things, read_boxes, say_count, turn_round
from irloom.scene.nouns import mentioned, plural, singular
from irloom.scene.questions import Question, read_plan

_LARGE = 0.01
"""Share of the image from which on a thing is part of what the scene is about."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Sentences, counts, places and questions, free of what requirements name."""

    sentences: tuple[str, ...]
    layout: Layout
    plan: tuple[Question, ...]
    random: Random
    disputed: frozenset[str] = frozenset()
    """Labels of which a sentence gives another number than the boxes: neither is said."""
    names: dict[Thing, str] = field(default_factory=dict)
    """Of the things that a phrase singles out."""
    askable: frozenset[str] = frozenset()
    """Labels that a question may be about."""
    shows: Shows = "heat"
    """Whether the picture may be spoken of as one of heat."""

    def word(self, path: str, **slots: str) -> str:
        """Draw a phrase of a list and fill it."""
        return word(self.random, path, self.shows, **slots)

    def certain_counts(self) -> dict[str, int | None]:
        """Labels with their numbers, without those that are disputed."""
        return {label: n for label, n in self.layout.counts().items() if label not in self.disputed}

    def say_number(self, label: str) -> str:
        """How many there are, as far as it is certain: "a dog", "two dogs", "several people", else "dogs"."""
        if label in self.disputed:
            return plural(label)
        count = self.layout.counts()[label]
        one = singular(label)
        return f"{article_for(one)} {one}" if count == 1 else say_count(label, count)

    def relations(self, most: int) -> list[Relation]:
        """Choose up to `most` pairs of labels, the most telling first, seen from either side."""
        chosen: dict[frozenset[str], Relation] = {}
        nameable = (one for one in self.layout.relations() if {one.first, one.second} <= self.names.keys())
        for relation in nameable:
            chosen.setdefault(frozenset((relation.first.label, relation.second.label)), relation)
        told = list(chosen.values())[:most]
        return [turn_round(relation) if self.random.random() < 0.5 else relation for relation in told]

    def main_thing(self) -> Thing | None:
        """The largest object that is the only one of its label, or None."""
        counts = self.layout.counts()
        single = [thing for thing in self.names if counts[thing.label] == 1]
        return max(single, key=lambda thing: thing.area, default=None)

    def supported(self) -> frozenset[str]:
        """Labels that the scene is about: of large boxes, and boxes that sentences name; else those named."""
        named = mentioned(" ".join(self.sentences))
        if not self.layout.things:
            return named
        return frozenset(
            thing.label for thing in self.layout.things if thing.area >= _LARGE or thing.label in named
        )

    def telling(self, most: int) -> Sequence[str]:
        """Choose the longest sentence, then those that share the fewest words with what is chosen."""
        left = sorted(self.sentences, key=lambda text: -len(text.split()))
        chosen = left[:1]
        while left and len(chosen) < most:
            used = {word for text in chosen for word in text.lower().split()}
            fresh = [
                text for text in left if text not in chosen and len(set(text.lower().split()) - used) >= 3
            ]
            if not fresh:
                break
            chosen.append(max(fresh, key=lambda text: len(set(text.lower().split()) - used)))
        return chosen


def read_scene(
    captions: str,
    boxes: str,
    requirements: str,
    lexicon: Lexicon,
    seed: int,
    questions: str = "",
    shows: Shows = "heat",
) -> Scene:
    """Gather what may be said; with neither caption nor box that is a ModelReplyError."""
    avoid = frozenset(
        category
        for line in requirements.splitlines()
        for category in lexicon.named_by(line.removeprefix("- "))
    )
    layout = _strip_labels(read_boxes(boxes), lexicon, avoid)
    lines = [] if captions.strip().lower() == "none" else captions.splitlines()
    edited = [remove_words(line, lexicon, avoid) for line in lines if line.strip()]
    sentences = [end_sentence(capitalise(readable(text))) for text in edited if text is not None]
    counts = layout.counts()
    agreeing = [text for text in dict.fromkeys(sentences) if find_disagreement(text, counts) is None]
    if not agreeing and not layout.things:
        raise ModelReplyError(
            "there is neither a caption nor a box to write from: give the sample one of them"
        )
    plan = tuple(
        one
        for one in read_plan(questions)
        if one.kind == "unanswerable" or _can_be_named(one.target, lexicon)
    )
    random = Random(f"{seed} {captions} {boxes}")
    askable = frozenset(label for label in counts if _can_be_named(label, lexicon))
    disputed = find_disputed(lines, counts)
    names = {
        thing: name
        for thing, name in name_things(layout.things).items()
        if thing.label in askable and thing.label not in disputed
    }
    return Scene(tuple(agreeing), layout, plan, random, disputed, names, askable, shows)


def _can_be_named(text: str, lexicon: Lexicon) -> bool:
    """Whether no label in a text is one on which no sentence should turn: an orange reads as a colour."""
    return not any(lexicon.find(label) for label in (text, *mentioned(text)))


def _strip_labels(layout: Layout, lexicon: Lexicon, avoid: Collection[Category]) -> Layout:
    if not avoid:
        return layout
    return Layout(
        tuple(
            Thing(
                strip_label(thing.label, lexicon, avoid), thing.x1, thing.y1, thing.x2, thing.y2, thing.group
            )
            for thing in layout.things
        )
    )
