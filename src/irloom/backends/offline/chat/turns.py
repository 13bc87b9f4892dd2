"""Words the questions of a plan and their answers, kind by kind."""

import re
from collections.abc import Callable, Mapping

from irloom.backends.offline.chat.reading import Scene
from irloom.backends.offline.chat.topics import reason
from irloom.backends.offline.chat.wordings import name_kind
from irloom.records import Turn
from irloom.scene.heat import read_fact
from irloom.scene.layout import OPPOSITE, say_count
from irloom.scene.nouns import NUMBERS, mentioned
from irloom.scene.questions import Kind, Question

_COUNT = re.compile(r"(?P<label>.+) \((?P<number>\w+)\)")
_PLACE = re.compile(r"(?P<the>.+?) is (?P<where>(?:across|in|near|on) .+)")
_RELATION = re.compile(rf"(?P<first>.+?) is (?P<words>{'|'.join(OPPOSITE)}) (?P<second>.+)")
_UNTOLD: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("clothes", re.compile(r"the colour of the clothes of (?P<the>.+)")),
    ("colour", re.compile(r"the colour of (?P<the>.+)")),
    ("lettering", re.compile(r"the lettering on (?P<the>.+)")),
    ("material", re.compile(r"the material of (?P<the>.+)")),
    ("screen", re.compile(r"what the screen of (?P<the>.+) shows")),
    ("bright", re.compile(r"how bright (?P<the>.+) is")),
)


def ask(question: Question, scene: Scene) -> Turn | None:
    """One question with its answer; None where the scene, as it is told, does not bear it out."""
    return _ASKING[question.kind](question, scene)


def parse_relation(target: str) -> Mapping[str, str] | None:
    """The slots of "the dog is to the left of the bench": {first}, {words}, {second} and {opposite}."""
    match = _RELATION.fullmatch(target)
    return None if match is None else {**match.groupdict(), "opposite": OPPOSITE[match["words"]]}


def parse_place(target: str) -> Mapping[str, str] | None:
    """The slots of "the cat is near the centre of the image": {the} and {where}."""
    match = _PLACE.fullmatch(target)
    return match.groupdict() if match else None


def say_counted(target: str) -> tuple[str, int | None] | None:
    """The label of "person (three)", and the number: None for several, more than eight for many."""
    match = _COUNT.fullmatch(target)
    if match is None:
        return None
    number = match["number"]
    return match["label"], 99 if number == "many" else NUMBERS.index(number) if number in NUMBERS else None


def _ask_present(question: Question, scene: Scene) -> Turn | None:
    label = question.target
    if label not in scene.layout.counts():
        return None
    slots = {**name_kind(label), "n": scene.say_number(label), "are": _be(scene.certain_counts().get(label))}
    return _word("present", "questions", "answers", scene, slots)


def _ask_absent(question: Question, scene: Scene) -> Turn | None:
    return _word("absent", "questions", "answers", scene, name_kind(question.target))


def _ask_count(question: Question, scene: Scene) -> Turn | None:
    found = say_counted(question.target)
    if found is None or found[0] in scene.disputed:
        return None
    label, count = found
    slots = {**name_kind(label), "n": say_count(label, count), "are": _be(count)}
    return _word("count", "questions", "answers", scene, slots)


def _ask_place(question: Question, scene: Scene) -> Turn | None:
    slots = parse_place(question.target)
    return None if slots is None else _word("place", "questions", "answers", scene, slots)


def _ask_relation(question: Question, scene: Scene) -> Turn | None:
    slots = parse_relation(question.target)
    if slots is None:
        return None
    names = ("denied", "denials") if question.denied else ("questions", "answers")
    return _word("relation", *names, scene, slots)


def _ask_action(question: Question, scene: Scene) -> Turn | None:
    told = [text for text in scene.telling(3) if text]
    if not told:
        return None
    answer = scene.random.choice(told)
    there = mentioned(answer)
    about = [name for thing, name in scene.names.items() if thing.label in there]
    if about and scene.random.random() < 0.7:
        return Turn(question=scene.word("action.about", the=scene.random.choice(about)), answer=answer)
    return Turn(question=scene.word("action.questions"), answer=answer)


def _ask_thermal(question: Question, scene: Scene) -> Turn | None:
    fact = read_fact(question.target)
    if fact is None:
        return None
    names = ("denied", "denials") if question.denied else ("questions", "answers")
    slots = {"first": fact.subject, "second": fact.other}
    slots |= dict(zip(("figure", "most"), fact.figures, strict=False))
    scale = "pixels" if fact.scale == "tones" else fact.scale
    return _word(f"thermal.{scale}.{fact.kind}", *names, scene, slots)


def _ask_untold(question: Question, scene: Scene) -> Turn | None:
    for why, pattern in _UNTOLD:
        if match := pattern.fullmatch(question.target):
            reasons = scene.word(f"unanswerable.why.{why}")
            return Turn(
                question=scene.word(f"unanswerable.{why}.questions", the=match["the"]),
                answer=scene.word("unanswerable.answers", why=reasons[:1].lower() + reasons[1:]),
            )
    return None


def _ask_steps(question: Question, scene: Scene) -> Turn | None:
    return reason(scene.supported(), scene.random, scene.shows)


def _word(kind: str, asked: str, answered: str, scene: Scene, slots: Mapping[str, str]) -> Turn:
    return Turn(
        question=scene.word(f"{kind}.{asked}", **slots),
        answer=scene.word(f"{kind}.{answered}", **slots),
    )


def _be(count: int | None) -> str:
    return "is" if count == 1 else "are"


_ASKING: Mapping[Kind, Callable[[Question, Scene], Turn | None]] = {
    "present": _ask_present,
    "absent": _ask_absent,
    "count": _ask_count,
    "place": _ask_place,
    "relation": _ask_relation,
    "action": _ask_action,
    "thermal": _ask_thermal,
    "tone": _ask_thermal,
    "steps": _ask_steps,
    "unanswerable": _ask_untold,
}
