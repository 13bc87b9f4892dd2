"""Writes the three kinds of instruction data, by the plan of what is asked."""

import re
from collections.abc import Iterator

from irloom.backends.offline.chat.arguments import argue
from irloom.backends.offline.chat.reading import Scene, read_scene
from irloom.backends.offline.chat.topics import reason
from irloom.backends.offline.chat.turns import ask, parse_place, parse_relation
from irloom.backends.offline.chat.wordings import name_kind
from irloom.records import Turn
from irloom.scene.layout import list_phrases, say_place, say_relation
from irloom.scene.questions import Question

_MOST_LABELS = 6
_FEWEST_TURNS = 3
_ANSWERS = re.compile(r"^(?:It|Yes)\b|\bof the two\b", re.IGNORECASE)
"""What needs the question before it."""

__all__ = ["read_scene", "write_captions", "write_conversation", "write_description", "write_reasoning"]


def write_description(scene: Scene) -> str:
    """Describe the scene in one paragraph, with what the plan dwells on."""
    planned = {one.kind for one in scene.plan}  # which is told below, and not twice
    parts = [*scene.telling(2), *_count(scene)]
    parts += _relate(scene, 1 if scene.sentences else 2) if "relation" not in planned else []
    parts += _place(scene) if "place" not in planned else []
    parts += [sentence for one in scene.plan if (sentence := _dwell(one, scene)) and sentence not in parts]
    return " ".join(dict.fromkeys(parts))


def write_captions(scene: Scene, most: int) -> list[str]:
    """Say in up to so many sentences what the boxes are certain of, each once."""
    sentences = [*_count(scene), *_relate(scene, most), *_place(scene)]
    return list(dict.fromkeys(sentences))[:most]


def write_reasoning(scene: Scene) -> Turn:
    """Ask what needs understanding of the scene, and answer in steps; a last resort is to sum it up."""
    steps = any(one.kind == "steps" for one in scene.plan) or not scene.plan
    turn = (reason(scene.supported(), scene.random, scene.shows) if steps else None) or argue(scene)
    turn = turn or reason(scene.supported(), scene.random, scene.shows) or _sum_up(scene)
    seen = [*scene.telling(1), *([] if scene.sentences else _count(scene))]
    answer = " ".join(dict.fromkeys([*seen, turn.answer]))
    return Turn(question=turn.question, answer=answer)


def write_conversation(scene: Scene) -> tuple[Turn, ...]:
    """Ask and answer what the plan says; where it holds little, what is certain of any scene."""
    turns = [turn for question in scene.plan if (turn := ask(question, scene))]
    for question in _list_others(scene):
        if len(turns) >= _FEWEST_TURNS:
            break
        turn = ask(question, scene) if question not in scene.plan else None
        if turn is not None and all(turn.question != other.question for other in turns):
            turns.append(turn)
    return tuple(turns) or (_sum_up(scene),)


def _list_others(scene: Scene) -> Iterator[Question]:
    if scene.sentences:
        yield Question("action")
    for relation in scene.relations(1):
        yield Question("relation", say_relation(relation, scene.names))
    for label in scene.layout.counts():
        if label in scene.askable:
            yield Question("present", label)
    thing = scene.main_thing()
    if thing is not None:
        yield Question("place", f"{scene.names[thing]} is {say_place(thing)}")
    yield Question("steps")
    yield Question("unanswerable", "how bright the place is")
    yield Question("action")


def _sum_up(scene: Scene) -> Turn:
    return Turn(question=scene.word("action.questions"), answer=[*scene.telling(1), *_count(scene)][0])


def _count(scene: Scene) -> list[str]:
    """Say what is there, and how many where that is certain."""
    counts = scene.certain_counts()
    labels = list(counts)[:_MOST_LABELS]
    if not labels:
        return []
    things = list_phrases([scene.say_number(label) for label in labels])
    begins_with_one = counts[labels[0]] == 1  # "there is a person and two dogs"
    return [scene.word("tell.counts", things=things, are="is" if begins_with_one else "are")]


def _relate(scene: Scene, most: int) -> list[str]:
    return [_tell("relation", say_relation(one, scene.names), scene) for one in scene.relations(most)]


def _place(scene: Scene) -> list[str]:
    thing = scene.main_thing()
    return [] if thing is None else [_tell("place", f"{scene.names[thing]} is {say_place(thing)}", scene)]


def _dwell(question: Question, scene: Scene) -> str | None:
    """What a description says of a line of its plan."""
    if question.kind == "absent":
        return scene.word("tell.absent", **name_kind(question.target))
    if question.kind in {"thermal", "tone"}:
        turn = ask(Question(question.kind, question.target), scene)
        return question.target if turn is None or _ANSWERS.search(turn.answer) else turn.answer
    if question.kind in {"place", "relation"}:
        return _tell(question.kind, question.target, scene)
    return None


def _tell(kind: str, fact: str, scene: Scene) -> str:
    slots = parse_relation(fact) if kind == "relation" else parse_place(fact)
    assert slots is not None, fact
    return scene.word(f"tell.{kind}s", **slots)
