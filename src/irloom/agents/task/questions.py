"""Draws what an instruction asks: kinds by their quotas, and targets among what the scene can answer.

The paper leaves the questions to the model (section 3.2), which then asks for what is there and never denies.
"""

import hashlib
from collections.abc import Mapping
from random import Random
from typing import Literal, TypeVar

from irloom.agents.task.answerable import View, list_targets
from irloom.agents.task.quotas import Quotas, read_quotas
from irloom.prompts.requests import read_requests
from irloom.records import Task
from irloom.scene.heat import Shows
from irloom.scene.questions import Kind, Question

Focus = Kind | Literal["nothing"]
K = TypeVar("K", Kind, Focus)

_NEAREST = 5
"""Among so many of the best targets one is drawn."""
_LAST: tuple[Kind, ...] = ("steps", "unanswerable")


def choose_question(sample: str, shows: Shows = "heat") -> str:
    """The request that a sample's description answers, by its id; the model writes the answer only."""
    requests = read_requests("description", shows)
    return requests[int.from_bytes(hashlib.sha256(sample.encode()).digest()[:8], "big") % len(requests)]


def plan_questions(task: Task, view: View, seed: int, sample: str) -> tuple[Question, ...]:
    """What an instruction of a sample asks, the same in every round."""
    dice, quotas = Random(f"questions/{seed}/{sample}/{task}"), read_quotas()
    targets = list_targets(view, quotas)
    if task == "conversation":
        return _plan_conversation(targets, quotas, dice)
    if task == "reasoning":
        kind = _draw_kind(quotas.reasoning.weights, targets, dice)
        return (_take(kind, targets, dice),) if kind else ()
    focus = _draw_kind(quotas.description.weights, {**targets, "nothing": [""]}, dice)
    return (_take(focus, targets, dice),) if focus and focus != "nothing" else ()


def _plan_conversation(targets: dict[Kind, list[str]], quotas: Quotas, dice: Random) -> tuple[Question, ...]:
    """Draw kind after kind without asking twice about the same; questions that end a talk come last."""
    most, chosen = dice.randint(quotas.conversation.least, quotas.conversation.most), list[Question]()
    while len(chosen) < most:
        left = {
            kind: weight
            for kind, weight in quotas.conversation.weights.items()
            if sum(one.kind == kind for one in chosen) < quotas.conversation.most_of[kind]
        }
        kind = _draw_kind(left, targets, dice)
        if kind is None:
            break
        one = _take(kind, targets, dice)
        chosen.append(Question(kind, one.target, dice.random() < quotas.denied.get(kind, 0)))
    return tuple(sorted(chosen, key=lambda one: _LAST.index(one.kind) if one.kind in _LAST else -1))


def _draw_kind(weights: Mapping[K, float], targets: Mapping[K, list[str]], dice: Random) -> K | None:
    """A kind by its weight, among those that still have a target."""
    left = [kind for kind in weights if targets.get(kind)]
    return dice.choices(left, [weights[kind] for kind in left])[0] if left else None


def _take(kind: Kind, targets: dict[Kind, list[str]], dice: Random) -> Question:
    """A target of a kind, taken out of those that are left."""
    return Question(kind, targets[kind].pop(dice.randrange(min(_NEAREST, len(targets[kind])))))
