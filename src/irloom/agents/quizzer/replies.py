"""Reads quizzes, letters, solutions and grades."""

import re
from typing import Any

from irloom.agents.replies import find_json, read_text
from irloom.figures import LETTERS, OpenAnswer, Quiz
from irloom.protocols import ReplySchema, ReplyText, Unreadable

_OPTIONS = {
    "type": "object",
    "properties": {letter: {"type": "string"} for letter in "ABCD"},
    "required": list("ABCD"),
    "additionalProperties": False,
}
_QUIZ = {
    "type": "object",
    "properties": {
        "question": {"type": "string"},
        "options": _OPTIONS,
        "correct": {"type": "string", "enum": list("ABCD")},
        "evidence": {"type": "string"},
    },
    "required": ["question", "options", "correct", "evidence"],
    "additionalProperties": False,
}
QUIZZES = ReplySchema(
    "quizzes",
    {
        "type": "object",
        "properties": {"quizzes": {"type": "array", "items": _QUIZ, "maxItems": 12}},
        "required": ["quizzes"],
        "additionalProperties": False,
    },
)
GRADE = ReplySchema(
    "grade",
    {
        "type": "object",
        "properties": {"verdict": {"type": "string", "enum": ["correct", "incorrect", "incomplete"]}},
        "required": ["verdict"],
        "additionalProperties": False,
    },
)
QUIZZES_FORM = (
    '{"quizzes": [{"question": "…", "options": {"A": "…", "B": "…", "C": "…", "D": "…"}, "correct": "A", '
    '"evidence": "…"}]}'
)
GRADE_FORM = '{"verdict": "correct"}, {"verdict": "incorrect"} or {"verdict": "incomplete"}'
_BOXED = re.compile(r"\\boxed\{\s*+(?:\\text\{\s*+)?([A-J]|NONE)\b")
_LABELLED = re.compile(
    r"\b(?:answer|option|choice)(?:\s++is)?\s*+(?::\s*+)?\**+\(?([A-J]|NONE)\b(?!['’])", re.IGNORECASE
)
_BARE = re.compile(r"\W*(?P<letter>[A-J]|NONE)(?![A-Za-z'’])", re.IGNORECASE)
_ANSWER = re.compile(r"^[^\w\n]*+(?:final )?answer\W*:[\s*]*(?P<rest>.+)$", re.IGNORECASE | re.MULTILINE)


def read_quizzes(reply: ReplyText, question: str) -> tuple[Quiz, ...] | Unreadable:
    """The quizzes whose evidence really stands in the problem; Unreadable where none can be read."""
    text = read_text(reply)
    found = (find_json(text) or {}).get("quizzes")
    quizzes = [_read_quiz(item) for item in found] if isinstance(found, list) else []
    read = tuple(quiz for quiz in quizzes if quiz is not None)
    if not read:
        return Unreadable(text, "no quiz was found in it")
    said = _fold(question)
    return tuple(quiz for quiz in read if _fold(quiz.evidence_snippet) in said)


def _read_quiz(item: Any) -> Quiz | None:
    if not isinstance(item, dict) or not isinstance(item.get("options"), dict):
        return None
    options = {str(letter).strip().upper(): str(text) for letter, text in item["options"].items()}
    correct, question = str(item.get("correct", "")).strip().upper(), str(item.get("question", "")).strip()
    distinct = len(set(options.values())) == len(options)
    if not question or correct not in options or not distinct or not set(options) <= set(LETTERS):
        return None
    return Quiz(
        question=question,
        options=options,
        correct_option=correct,
        evidence_snippet=str(item.get("evidence", "")),
    )


def read_letter(reply: ReplyText, letters: str) -> str | None:
    """The letter that a reply names; None where it names none of those asked for."""
    text = read_text(reply)
    found = _BOXED.findall(text) or _LABELLED.findall(text)
    letter = found[-1].upper() if found else _read_bare(text)
    return letter if letter in letters and len(letter) == 1 else None


def _read_bare(text: str) -> str:
    """A reply that begins with the letter, or has it alone on its last line."""
    last = text.splitlines()[-1]
    for part in (text, last):
        if (match := _BARE.match(part)) and (match["letter"].isupper() or len(part.strip(" .()*")) == 1):
            return match["letter"].upper()
    return ""


def read_solution(reply: ReplyText) -> str:
    """The final answer of a solution, or its last line."""
    text = read_text(reply)
    found = _ANSWER.findall(text)
    return str(found[-1] if found else text.splitlines()[-1]).strip()


def read_grade(reply: ReplyText, answer: str) -> OpenAnswer | Unreadable:
    """The grade of an answer; Unreadable where the reply is none."""
    text = read_text(reply)
    verdict = str((find_json(text) or {}).get("verdict", "")).strip().lower()
    match verdict:
        case "correct" | "incorrect" | "incomplete":
            return OpenAnswer(answer=answer, verdict=verdict)
    return Unreadable(
        text, f"the grade is {verdict or text[:80]!r}; it must be correct, incorrect or incomplete"
    )


def _fold(text: str) -> str:
    return " ".join(text.casefold().split())
