"""Answers the prompts of the CIR flow that need no eyes; the same request has the same reply."""

import json
from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Any, get_args

from pydantic import ValidationError

from irloom.backends.offline.edits.photograph import read_photograph
from irloom.backends.offline.edits.proposals import Siblings, propose, propose_complex
from irloom.backends.offline.edits.queries import phrase
from irloom.backends.offline.edits.revision import revise
from irloom.backends.offline.edits.targets import Nothing
from irloom.edits import Point, Step, Subcategory
from irloom.errors import ModelReplyError
from irloom.protocols import ChatRequest


def answer_propose(request: ChatRequest) -> list[str]:
    """Siblings of one kind, as JSON; where there are none, the reason."""
    fields = request.prompt.fields
    name, photograph = fields["subcategory"], read_photograph(fields["captions"], fields["objects"])
    subcategory = next((one for one in get_args(Subcategory) if one == name != "complex"), None)
    if subcategory is None:
        raise ModelReplyError(f"the kind of change {name!r} is none that the rule engine can propose")
    count = _read_count(fields["count"])
    return _write(request, lambda random: propose(subcategory, photograph, random, count))


def answer_propose_complex(request: ChatRequest) -> list[str]:
    """Siblings of two or three steps, as JSON; where there are none, the reason."""
    fields = request.prompt.fields
    photograph, count = read_photograph(fields["captions"], fields["objects"]), _read_count(fields["count"])
    avoid = [name.strip() for name in fields["avoid"].split(",")]
    return _write(request, lambda random: propose_complex(photograph, random, count, avoid))


def answer_revise(request: ChatRequest) -> list[str]:
    """The steps with another value for the last one, as JSON."""
    fields = request.prompt.fields
    photograph, steps = read_photograph(fields["captions"], fields["objects"]), _read_steps(fields["steps"])
    reasons, taken = fields["reasons"], fields["taken"]
    revised = [revise(steps, photograph, reasons, taken, random) for random in _draw_seeds(request)]
    return [_dump({"point": one[-1].value, "steps": [_dump_step(step) for step in one]}) for one in revised]


def answer_phrase(request: ChatRequest) -> list[str]:
    """One sentence: text, or JSON where a schema asks for it."""
    fields = request.prompt.fields
    texts = [phrase(fields["form"], fields["changes"], random) for random in _draw_seeds(request)]
    return texts if request.schema is None else [_dump({"query": text}) for text in texts]


def _write(request: ChatRequest, draw: Callable[[Random], Siblings]) -> list[str]:
    replies = []
    for random in _draw_seeds(request):
        try:
            siblings, reason = draw(random), ""
        except Nothing as error:
            siblings, reason = Siblings("", ()), str(error)
        edits = [_dump_point(point) for point in siblings.points]
        replies.append(_dump({"base": siblings.base, "reason": reason, "edits": edits}))
    return replies


def _draw_seeds(request: ChatRequest) -> list[Random]:
    """One source of chance for each reply."""
    words = " ".join(f"{name}={text}" for name, text in sorted(request.prompt.fields.items()))
    return [Random(f"{request.seed + turn} {words}") for turn in range(request.n)]


def _read_count(text: str) -> int:
    if not text.strip().isdecimal() or int(text) < 1:
        raise ModelReplyError(f"the number of siblings reads {text!r}: give a whole number from 1")
    return int(text)


def _read_steps(text: str) -> Sequence[Step]:
    try:
        found = [{**step, "target": step["object"]} for step in json.loads(text)]
        steps = [Step.model_validate({name: step[name] for name in Step.model_fields}) for step in found]
    except (ValueError, TypeError, KeyError, ValidationError) as error:
        raise ModelReplyError(f"the steps of an edit cannot be read ({error}): {text[:200]!r}") from error
    if not steps:
        raise ModelReplyError("there is no step to revise")
    return steps


def _dump_point(point: Point) -> dict[str, Any]:
    return {"point": point.point, "steps": [_dump_step(step) for step in point.steps]}


def _dump_step(step: Step) -> dict[str, Any]:
    """A step as the prompts ask for it."""
    fields = step.model_dump()
    return {"subcategory": fields.pop("subcategory"), "object": fields.pop("target"), **fields}


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


ANSWERS: Mapping[str, Callable[[ChatRequest], list[str]]] = {
    "edit/propose": answer_propose,
    "edit/propose_complex": answer_propose_complex,
    "edit/revise": answer_revise,
    "edit/phrase": answer_phrase,
}
"""The replies by the name of the prompt; KeyError for a slot that is missing."""
