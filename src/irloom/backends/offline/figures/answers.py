"""Answers the Coder's prompts by the families of figures that the embedded coder knows."""

import json
import re
from collections.abc import Callable, Mapping, Sequence

from irloom.backends.offline.figures.families import FAMILIES
from irloom.backends.offline.figures.figure import EQUAL, GIVEN_ONLY, Figure, Unsupported
from irloom.backends.offline.figures.statement import Statement, clean
from irloom.protocols import ChatRequest

UNSUPPORTED = "UNSUPPORTED: "
"""How a reply begins that has no script because of what is asked for; the reason follows on its line."""
_NO_PICTURE = "It made no picture"
"""How the repair prompt begins where the script failed, as opposed to a picture with faults."""
_SENTENCE = re.compile(r"(?<=[.?!])\s+(?=[A-Z])")


def find_figure(question: str) -> Figure:
    """The figure of a problem. Raises Unsupported with what is in the way."""
    reasons = []
    for family in FAMILIES:
        statement = Statement(question)
        try:
            figure = family(statement)
        except Unsupported as error:
            reasons.append(str(error))
            continue
        except ArithmeticError:  # a length of zero, and the like
            reasons.append("no figure has the given values")
            continue
        if figure is None:
            continue
        leftovers = statement.list_leftovers()
        if not leftovers:
            return figure
        reasons.append(f"the number {leftovers[0]} has no place in the figure")
    raise Unsupported(
        reasons[0] if reasons else "it is in none of the families that the embedded coder draws"
    )


def understand(request: ChatRequest) -> list[str]:
    """Elements and given values, as JSON."""
    question = request.prompt.fields["question"]
    try:
        figure = find_figure(question)
    except Unsupported:
        elements: Sequence[str] = _SENTENCE.split(clean(question)) or [question]
        return [_dump({"elements": list(elements), "givens": []})]
    return [_dump({"elements": figure.elements, "givens": figure.labels})]


def plan(request: ChatRequest) -> list[str]:
    """The plan, as JSON; of a problem that is not drawn, why not."""
    try:
        figure = find_figure(request.prompt.fields["question"])
    except Unsupported as error:
        parts: dict[str, Sequence[str]] = dict.fromkeys(
            ("layout", "labels", "considerations", "forbidden"), ()
        )
        return [_dump({"content": [f"Nothing is drawn: {error}"], **parts})]
    return [_dump(_plan(figure))]


def code(request: ChatRequest) -> list[str]:
    """The script in a fenced block, or the line that says why there is none."""
    try:
        return [_fence(find_figure(request.prompt.fields["question"]))]
    except Unsupported as error:
        return [f"{UNSUPPORTED}{error}"]


def repair(request: ChatRequest) -> list[str]:
    """The same script where it made no picture; a picture with faults cannot be drawn otherwise."""
    fields = request.prompt.fields
    if fields["problem"].startswith(_NO_PICTURE):
        return code(request)
    return [f"{UNSUPPORTED}the embedded coder knows no other way to draw this figure"]


def one_call(request: ChatRequest) -> list[str]:
    """Plan and script in one reply."""
    try:
        figure = find_figure(request.prompt.fields["question"])
    except Unsupported as error:
        return [f"{UNSUPPORTED}{error}"]
    parts = _plan(figure)
    headings = {
        "Image Content": parts["content"],
        "Layout": parts["layout"],
        "Labels": parts["labels"],
        "Drawing Considerations": parts["considerations"],
    }
    points = [f"{name}\n" + "".join(f"- {point}\n" for point in listed) for name, listed in headings.items()]
    return ["\n".join(points) + "\n" + _fence(figure)]


def _plan(figure: Figure) -> Mapping[str, Sequence[str]]:
    return {
        "content": figure.elements,
        "layout": figure.layout,
        "labels": figure.labels,
        "considerations": figure.considerations or (EQUAL, GIVEN_ONLY),
        "forbidden": figure.forbidden,
    }


def _fence(figure: Figure) -> str:
    return f"```python\n{figure.script}```"


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


ANSWERS: Mapping[str, Callable[[ChatRequest], list[str]]] = {
    "coder/understand": understand,
    "coder/plan": plan,
    "coder/code": code,
    "coder/repair": repair,
    "coder/one_call": one_call,
}
"""The replies by the name of the prompt; KeyError for a slot that is missing."""
