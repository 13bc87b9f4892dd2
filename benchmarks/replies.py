"""What the mock models say: valid replies to each of irloom's prompts, and a text for anything else.

A reply follows from the request alone, so that the prompts of a resumed run equal those of one that
was never killed.
"""

import hashlib
import json
import re

COLOURS = re.compile(r"\b(red|green|blue|brown|white|black|yellow) ", re.IGNORECASE)
NUMBER = re.compile(r"(?:\bnumber|\bRow) (\d+)")
"""How samples are told apart: `dog number 12` in irloom's captions, `Row 12` in the peers' prompts."""
REJECTED_OF_16 = 4
"""So many sixteenths of the instructions are rejected at their first judging."""


def number_of(text: str) -> int | None:
    """The sample that a prompt speaks of."""
    found = NUMBER.search(text)
    return int(found[1]) if found else None


def answer(schema: str | None, text: str, salt: str) -> str:
    """The reply to a user message; `schema` is the name of the JSON form that was asked for."""
    mark = hashlib.md5(f"{salt}\0{text}".encode(), usedforsecurity=False).hexdigest()[:8]
    number = number_of(text)
    thing = f"dog number {number}" if number is not None else "dog"
    match schema:
        case None:
            return _rewrite(text, mark)
        case "filtered_captions":
            return _rewrite_all(text, mark)
        case "conversation":
            turns = [
                {"question": "Where is it?", "answer": f"The {thing} is at the left, {mark}."},
                {"question": "How many?", "answer": "There is one."},
            ]
            return json.dumps({"turns": turns})
        case "reasoning":
            return json.dumps({"question": "What follows?", "answer": f"The {thing} will move on, {mark}."})
        case "description":
            return json.dumps({"description": f"The {thing} lies at the left of a bench, {mark}."})
        case "verdict":
            return _judge(mark)
        case "rule":
            return json.dumps({"rule": f"Delete all words about thing{int(mark, 16) % 7}."})
        case _:
            return json.dumps({"answer": mark})


def _rewrite(text: str, mark: str) -> str:
    if not text.startswith("Caption: "):
        return f"The picture shows a warm vehicle near a cool building, {mark}."
    caption = text.partition("\n")[0].removeprefix("Caption: ")
    return f"{COLOURS.sub('', caption).rstrip('.')}, seen {mark}."


def _rewrite_all(text: str, mark: str) -> str:
    captions = [line.split(". ", 1)[1] for line in text.splitlines() if re.match(r"\d+\. ", line)]
    rewrites = [
        {"caption": number, "rewrites": [f"{caption} {mark}{one}" for one in range(5)]}
        for number, caption in enumerate(captions, 1)
    ]
    return json.dumps({"captions": rewrites})


def _judge(mark: str) -> str:
    if int(mark[0], 16) >= REJECTED_OF_16:
        return json.dumps({"verdict": "accept", "category": None, "reason": ""})
    reason = f"Material information is not visible: thing {mark}."
    return json.dumps({"verdict": "reject", "category": "material", "reason": reason})
