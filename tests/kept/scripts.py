"""What the models said when the runs were made; every answer follows from the request alone."""

import json
from typing import Any

from support.chat_server import Asked

SCRIPT = """import matplotlib.pyplot as plt
plt.rcParams["svg.fonttype"] = "none"
fig, ax = plt.subplots(figsize=(0.6, 0.6), dpi=100)
ax.plot([0, 4, 4, 0], [0, 0, 2.3, 0])
{texts}ax.axis("off")
plt.show()
"""
LABELLED = SCRIPT.format(texts='ax.text(0, 1.8, "2 kg", size=4)\n')
UNLABELLED = SCRIPT.format(texts="")
BROKEN = "import matplotlib.pyplot as plt\nplt.plot(undefined_name)\n"
MARKS = ("correctness", "layout", "readability", "plausibility", "expressiveness")
QUIZ = {
    "question": "Which mass is marked?",
    "options": {"A": "9 kg", "B": "2 kg"},
    "correct": "B",
    "evidence": "2 kg",
}


def answer_infrared(asked: Asked, again: int) -> str | None:
    """The server's own answers, but for one question in the wrong form and its repair."""
    if asked.prompt == "task/reasoning" and "dog number 3" in str(asked.fields):
        return "Why does the dog lie there?"
    if asked.prompt == "repair":
        return json.dumps({"question": "Why does the dog lie there?", "answer": "It rests beside the bench."})
    return None


def answer_cir(asked: Asked, again: int) -> str | None:
    """Two colours a seed, none for the third: blue is worded anew and passes, yellow never does."""
    match asked.prompt:
        case "edit/propose":
            return next(said for name, said in PROPOSALS.items() if name in str(asked.fields))
        case "repair":
            return propose("green", "yellow")
        case "edit/revise":
            colour = "yellow" if "yellow" in asked.fields["steps"] else "purple"
            return json.dumps({"steps": [colour_step(colour)]})
        case "edit/verify_change":
            passed = not {"blue", "yellow"} & set(asked.fields["instruction"].rstrip(".").split())
            return json.dumps({"reason": "so it is" if passed else "the car is as it was", "passed": passed})
        case "edit/verify_rest":
            return json.dumps({"reason": "so it is", "passed": True})
        case "edit/phrase":
            return f"Find me a picture like this with {asked.fields['point']}."
    return None


def propose(*colours: str) -> str:
    edits = [{"point": f"a {colour} car", "steps": [colour_step(colour)]} for colour in colours]
    return json.dumps({"base": "the car has another colour", "reason": "", "edits": edits})


def colour_step(colour: str) -> dict[str, Any]:
    named = {"subcategory": "color", "instruction": f"Make the car {colour}.", "object": 1}
    return {**named, "what": "the car", "value": colour, "region": None}


PROPOSALS = {
    "car number 1": propose("blue", "green"),
    "car number 2": "Paint it green or yellow!",
    "car number 3": json.dumps({"base": "", "reason": "no car can be seen", "edits": []}),
}


def answer_imgcoder(asked: Asked, again: int) -> str | None:
    """The first script is mended once, the second figure gets no mark, the third never gets its labels."""
    match asked.prompt:
        case "coder/understand":
            return json.dumps({"elements": ["an incline", "a block"], "givens": ["2 kg"]})
        case "coder/plan":
            plan = {"content": ["an incline with a block"], "labels": ["2 kg"], "forbidden": ["4.9"]}
            return json.dumps({**plan, "layout": ["it fills the canvas"], "considerations": ["no axes"]})
        case "coder/code":
            return f"```python\n{LABELLED if 'Block 2' in asked.fields['question'] else BROKEN}```\n"
        case "coder/repair":
            return f"```python\n{UNLABELLED if 'Block 3' in asked.fields['question'] else LABELLED}```\n"
    return answer_quizzer(asked)


def answer_quizzer(asked: Asked) -> str | None:
    match asked.prompt:
        case "figure/judge":
            score = 0 if "Block 2" in str(asked.fields) else 2
            return json.dumps({name: {"reason": "so", "score": score} for name in MARKS})
        case "figure/adapt":
            question = "A block of the mass shown rests on an incline of 30 degrees. Find its acceleration."
            return json.dumps({"hidden": ["2 kg"], "question": question})
        case "figure/quiz":
            return json.dumps({"quizzes": [QUIZ]})
        case "figure/blind":
            return "NONE"
        case "figure/answer":
            options = dict(line.split(": ", 1) for line in asked.fields["options"].splitlines())
            return next(letter for letter, text in options.items() if text == "2 kg")
        case "figure/solve":
            return "g sin 30 degrees\nAnswer: 4.9 m/s^2"
        case "figure/grade":
            return '{"verdict": "correct"}'
    return None
