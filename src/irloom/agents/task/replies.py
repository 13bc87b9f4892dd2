"""Reads what the Task Agent's model wrote: JSON where it comes, `Question:` and `Answer:` otherwise."""

import re
from collections.abc import Mapping
from typing import Any

from irloom.agents.replies import (
    check_refusal,
    find_break,
    find_json,
    find_pairs,
    looks_like_json,
    read_text,
    unfence,
)
from irloom.errors import ModelReplyError
from irloom.protocols import ReplySchema, ReplyText, Unreadable
from irloom.records import Instruction, Task, Turn

MOST_TURNS = 12
MOST_QUESTION, MOST_ANSWER = 500, 2000
"""Characters, far more than is asked for: they end a loop. llama.cpp takes no bound above 2,000."""
_TEXT = {"type": "string", "maxLength": MOST_ANSWER}
_PAIR = {
    "type": "object",
    "properties": {"question": {"type": "string", "maxLength": MOST_QUESTION}, "answer": _TEXT},
    "required": ["question", "answer"],
    "additionalProperties": False,
}

SCHEMAS: Mapping[Task, ReplySchema] = {
    "conversation": ReplySchema(
        "conversation",
        {
            "type": "object",
            "properties": {"turns": {"type": "array", "items": _PAIR, "maxItems": MOST_TURNS}},
            "required": ["turns"],
            "additionalProperties": False,
        },
    ),
    "reasoning": ReplySchema("reasoning", _PAIR),
    "description": ReplySchema(
        "description",
        {
            "type": "object",
            "properties": {"description": _TEXT},
            "required": ["description"],
            "additionalProperties": False,
        },
    ),
}

FORMS: Mapping[Task, str] = {
    "conversation": '{"turns": [{"question": "…", "answer": "…"}, …]}',
    "reasoning": '{"question": "…", "answer": "…"}',
    "description": '{"description": "…"}',
}


def read_instruction(
    task: Task, reply: ReplyText, question: str, broken: bool = False
) -> Instruction | Unreadable:
    """The instruction in a reply; `question` is what a description answers.

    Raises ModelReplyError for a reply that was cut, refused or is empty: asking for another form
    would not mend those. So it does for an answer that goes round in a loop or that a bound cut, unless
    `broken` ones are wanted, because a check objects to them.
    """
    text = unfence(read_text(reply))
    found = find_json(text)
    if found is not None:
        pairs = _pairs_of(task, found, question)
    elif looks_like_json(text):
        return Unreadable(text, "the JSON cannot be parsed")
    else:
        pairs = find_pairs(text) or ([(question, text)] if task == "description" else [])
    pairs = [(ask.strip(), answer.strip()) for ask, answer in pairs if _says(ask) and _says(answer)]
    if not pairs:
        return Unreadable(text, "no question with an answer was found")
    if task == "description":
        pairs = [(question, pairs[0][1])]
    elif task == "reasoning":
        pairs = pairs[:1]
    for _, answer in pairs:
        check_refusal(answer)
        if not broken and (problem := find_break(answer, MOST_ANSWER)):
            raise ModelReplyError(problem)
    return Instruction(task=task, turns=tuple(Turn(question=ask, answer=answer) for ask, answer in pairs))


def _says(text: str) -> bool:
    """Whether there is a word in it; models echo the form's `…`."""
    return re.search(r"\w", text) is not None


def _pairs_of(task: Task, found: Mapping[str, Any], question: str) -> list[tuple[str, str]]:
    if task == "description" and isinstance(found.get("description"), str):
        return [(question, found["description"])]
    turns = found.get("turns", [found])
    return [
        (turn["question"], turn["answer"])
        for turn in (turns if isinstance(turns, list) else [])
        if isinstance(turn, dict)
        and isinstance(turn.get("question"), str)
        and isinstance(turn.get("answer"), str)
    ]
