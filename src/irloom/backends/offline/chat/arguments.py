"""Reasons from heat, counts and places, for scenes where common knowledge of things does not do."""

from collections.abc import Iterator

from irloom.backends.offline.chat.reading import Scene
from irloom.backends.offline.chat.turns import parse_relation, say_counted
from irloom.backends.offline.chat.wordings import name_kind
from irloom.records import Turn
from irloom.scene.heat import HeatFact, read_fact
from irloom.scene.layout import say_count, say_relation
from irloom.scene.nouns import NUMBERS, mentioned
from irloom.scene.questions import Question

_LIVING = frozenset("person bird cat dog horse sheep cow elephant bear zebra giraffe".split())
_DRIVEN = frozenset(("car", "bus", "truck", "motorcycle", "train", "boat", "airplane"))
_POWERED = frozenset(
    ("tv", "laptop", "oven", "microwave", "toaster", "refrigerator", "cell phone", "hair drier")
)
_AT_A_GLANCE = 4
_PANNED = {
    "to the left of": ("right", "left", "{first}"),
    "to the right of": ("right", "left", "{second}"),
    "above": ("down", "up", "{first}"),
    "below": ("down", "up", "{second}"),
}
"""Where a camera turns, where the picture moves to, and which of the two leaves it first."""


def argue(scene: Scene) -> Turn | None:
    """Reason about what the plan asks for, else about what there is; None where nothing is certain."""
    return next(_list_arguments(scene), None)


def _list_arguments(scene: Scene) -> Iterator[Turn]:
    for question in scene.plan:
        if question.kind in {"thermal", "tone", "count", "relation"} and (
            turn := _argue_about(question, scene)
        ):
            yield turn
    for relation in scene.relations(1):
        target = say_relation(relation, scene.names)
        if turn := _argue_about(Question("relation", target), scene):
            yield turn
    for label, count in scene.certain_counts().items():
        if count is not None and 1 < count < len(NUMBERS):
            yield _argue_from_count(label, count, scene)


def _argue_about(question: Question, scene: Scene) -> Turn | None:
    if question.kind in {"thermal", "tone"}:
        fact = read_fact(question.target)
        return None if fact is None else _argue_from_heat(fact, question.target, scene)
    if question.kind == "count":
        found = say_counted(question.target)
        return None if found is None or found[0] in scene.disputed else _argue_from_count(*found, scene)
    slots = parse_relation(question.target)
    if slots is None:
        return None
    turned, moved, first = _PANNED[slots["words"]]
    more = {"turned": turned, "moved": moved, "leaver": first.format(**slots)}
    return _word("argue.relation", scene, {**slots, **more})


def _argue_from_heat(fact: HeatFact, sentence: str, scene: Scene) -> Turn:
    reasons = f"argue.heat.why.{_explain(fact)}"
    slots = {"first": fact.subject, "second": fact.other, "fact": sentence.strip()}
    question = scene.word(f"argue.heat.questions.{'pair' if fact.other else 'one'}", **slots)
    return Turn(question=question, answer=f"{slots['fact']} {scene.word(reasons, **slots)}")


def _explain(fact: HeatFact) -> str:
    """What accounts for the difference: where heat comes from in the warmer of the two."""
    if fact.scale in {"pixels", "tones"}:
        return "pixels"
    if fact.kind == "reads":
        return "reads"
    if fact.kind == "near":
        return "near"
    warm = fact.other if fact.kind == "less" else fact.subject
    if fact.kind in {"least", "below"}:
        return "cool"
    for name, labels in (("living", _LIVING), ("driven", _DRIVEN), ("powered", _POWERED)):
        if labels & mentioned(warm):
            return name
    return "other"


def _argue_from_count(label: str, count: int | None, scene: Scene) -> Turn:
    few = count is not None and count <= _AT_A_GLANCE
    slots = {**name_kind(label), "n": say_count(label, count), "are": "is" if count == 1 else "are"}
    question = scene.word("argue.count.questions", **slots)
    answer = scene.word(f"argue.count.{'few' if few else 'many'}", **slots)
    return Turn(question=question, answer=answer)


def _word(path: str, scene: Scene, slots: dict[str, str]) -> Turn:
    return Turn(
        question=scene.word(f"{path}.questions", **slots),
        answer=scene.word(f"{path}.answers", **slots),
    )
