"""Writes the three kinds of instruction data from captions and boxes."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from random import Random

from irloom.backends.offline.chat.english import capitalise, end_sentence
from irloom.backends.offline.chat.filter import readable, remove_words, strip_label
from irloom.backends.offline.chat.topics import choose_topic
from irloom.errors import ModelReplyError
from irloom.lexicon import Lexicon
from irloom.records import Category, Turn
from irloom.scene.agreement import find_disagreement
from irloom.scene.layout import (
    Layout,
    Relation,
    Thing,
    ask_relation,
    list_phrases,
    read_boxes,
    say_count,
    say_place,
    say_relation,
    turn_round,
)
from irloom.scene.nouns import mentioned, plural, singular

_MOST_LABELS = 8


@dataclass(frozen=True, slots=True)
class Scene:
    """What may be said of an image: sentences, counts and relations, free of what requirements name."""

    sentences: tuple[str, ...]
    layout: Layout
    random: Random

    def count_sentence(self) -> str | None:
        """Say what is there and how many."""
        counts = list(self.layout.counts().items())
        if not counts:
            return None
        phrases = [say_count(label, count) for label, count in counts[:_MOST_LABELS]]
        lead = self.random.choice(("The image shows", "In view are", "The scene contains", "One can see"))
        if lead == "In view are" and len(phrases) == 1 and counts[0][1] == 1:
            lead = "In view is"
        return f"{lead} {list_phrases(phrases)}."

    def relations(self, most: int) -> list[Relation]:
        """Choose up to `most` pairs of different labels, the most telling first, seen from either side."""
        chosen: dict[frozenset[str], Relation] = {}
        for relation in self.layout.relations():
            chosen.setdefault(frozenset((relation.first.label, relation.second.label)), relation)
        told = list(chosen.values())[:most]
        return [turn_round(relation) if self.random.random() < 0.5 else relation for relation in told]

    def relation_sentences(self, most: int) -> list[str]:
        """Say how up to `most` pairs lie to each other."""
        counts = self.layout.counts()
        return [capitalise(say_relation(relation, counts)) for relation in self.relations(most)]

    def main_thing(self) -> Thing | None:
        """The largest object that is the only one of its label, or None."""
        counts = self.layout.counts()
        single = [thing for thing in self.layout.things if counts[thing.label] == 1]
        return max(single, key=lambda thing: thing.area, default=None)


def read_scene(captions: str, boxes: str, requirements: str, lexicon: Lexicon, seed: int) -> Scene:
    """Gather what may be said; with neither caption nor box that is a ModelReplyError."""
    avoid = frozenset(
        category
        for line in requirements.splitlines()
        for category in lexicon.named_by(line.removeprefix("- "))
    )
    layout = _strip_labels(read_boxes(boxes), lexicon, avoid)
    lines = [] if captions.strip().lower() == "none" else captions.splitlines()
    sentences = [
        end_sentence(capitalise(readable(remove_words(line, lexicon, avoid))))
        for line in lines
        if line.strip()
    ]
    counts = layout.counts()
    agreeing = [text for text in dict.fromkeys(sentences) if find_disagreement(text, counts) is None]
    if not agreeing and not layout.things:
        raise ModelReplyError(
            "there is neither a caption nor a box to write from: give the sample one of them"
        )
    return Scene(tuple(agreeing), layout, Random(f"{seed} {captions} {boxes}"))


def write_description(scene: Scene) -> str:
    """Describe the scene in one paragraph."""
    parts = list(_telling(scene, 2))
    parts += [sentence for sentence in (scene.count_sentence(), *scene.relation_sentences(2)) if sentence]
    parts += _place_sentence(scene)
    return " ".join(parts)


def write_reasoning(scene: Scene) -> Turn:
    """Ask what needs understanding of the scene and common knowledge, and answer in steps."""
    topic = choose_topic(scene.layout.counts().keys() | mentioned(" ".join(scene.sentences)), scene.random)
    parts = [*_telling(scene, 1), scene.count_sentence(), *scene.relation_sentences(1), topic.conclusion]
    return Turn(question=topic.question, answer=" ".join(part for part in parts if part))


def write_conversation(scene: Scene) -> tuple[Turn, ...]:
    """Hold a conversation of three turns or more about the scene."""
    turns = [Turn(question=_opening(scene), answer=_first_answer(scene))]
    turns += _count_turns(scene)
    turns += _relation_turn(scene)
    turns += _place_turn(scene)
    for sentence in _telling(scene, 3)[1:]:
        question = scene.random.choice(("What else is going on?", "What more can be said about the scene?"))
        if all(turn.question != question for turn in turns):
            turns.append(Turn(question=question, answer=sentence))
    topic = choose_topic(scene.layout.counts().keys() | mentioned(" ".join(scene.sentences)), scene.random)
    turns.append(Turn(question=topic.question, answer=topic.conclusion))
    if len(turns) < 3:
        turns.insert(
            1, Turn(question="How would you sum up the scene in one sentence?", answer=_first_answer(scene))
        )
    return tuple(turns)


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


def _telling(scene: Scene, most: int) -> Sequence[str]:
    """Choose the longest sentence, then those that share the fewest words with what is chosen."""
    left = sorted(scene.sentences, key=lambda text: -len(text.split()))
    chosen = left[:1]
    while left and len(chosen) < most:
        used = {word for text in chosen for word in text.lower().split()}
        fresh = [text for text in left if text not in chosen and len(set(text.lower().split()) - used) >= 3]
        if not fresh:
            break
        chosen.append(max(fresh, key=lambda text: len(set(text.lower().split()) - used)))
    return chosen


def _first_answer(scene: Scene) -> str:
    told = _telling(scene, 1)
    return told[0] if told else str(scene.count_sentence())


def _opening(scene: Scene) -> str:
    return scene.random.choice(
        ("What does the image show?", "What is happening in the image?", "What can be seen here?")
    )


def _count_turns(scene: Scene) -> list[Turn]:
    """Ask for the numbers of one or two labels."""
    turns = []
    for label, count in list(scene.layout.counts().items())[:2]:
        verb = "is" if count == 1 else "are"
        answer = f"There {verb} {say_count(label, count)} in the image."
        question = f"How many {plural(label)} are there in the image?"
        turns.append(
            Turn(question=question if count is not None else f"Are there any {plural(label)}?", answer=answer)
        )
    return turns


def _relation_turn(scene: Scene) -> list[Turn]:
    counts = scene.layout.counts()
    return [
        Turn(question=ask_relation(relation, counts), answer=capitalise(say_relation(relation, counts)))
        for relation in scene.relations(1)
    ]


def _place_turn(scene: Scene) -> list[Turn]:
    thing = scene.main_thing()
    if thing is None:
        return []
    return [
        Turn(question=f"Where in the image is the {singular(thing.label)}?", answer=_place_sentence(scene)[0])
    ]


def _place_sentence(scene: Scene) -> list[str]:
    thing = scene.main_thing()
    return [] if thing is None else [f"The {singular(thing.label)} is {say_place(thing)}."]
