"""How a detector is asked about a sentence, and how its score is read.

The score is 0 to 100, by a number of its own or by the probability of "yes" (AlignBench, arXiv 2511.20515,
section 4, states neither its prompt nor its rule for replies without a number: both are ours).
"""

import re
from typing import Literal

from irloom.agents.replies import strip_thoughts

DetectorAnswer = Literal["number", "probability"]
"""A number that the model states, or the probability of "yes" as its first word."""
Spectrum = Literal["visible", "infrared"]
"""What a picture was taken in."""

SCORE_PROMPTS: dict[DetectorAnswer, str] = {"number": "detector/number", "probability": "detector/yes_no"}
WORDS_PROMPT = "detector/words"
"""Asks for the wrong words."""
SIMILARITY_PROMPT = "detector/similarity"
"""Holds the sentence alone, for an embedder in the detector's chair."""
Shown = Literal["visible", "infrared", "tones"]
"""A spectrum, or an infrared picture of which nothing is known to be warm."""
PICTURES: dict[Shown, str] = {
    "visible": "It is an ordinary picture.",
    "infrared": "It is an infrared (thermal) picture: bright and dark in it show how much heat reaches the "
    "camera, not light or paint, so that colours and writing cannot be seen.",
    "tones": "It is an infrared picture: bright and dark in it are no colours as the eye knows them, so that "
    "colours and writing cannot be seen.",
}
"""What slot `picture` of the prompts says."""
_ANY_NUMBER = r"(?<![\w.])-?\d+(?:\.\d+)?"
_NUMBER = re.compile(_ANY_NUMBER)
_SCALE = re.compile(rf"(?is)(?<![\w.-])[01]\s*(?:-|–|—|~|to|and|到|至)\s*100(?!\d|\.\d)(?=.*?{_ANY_NUMBER})")
"""A scale that a reply repeats before its number, as in `On a scale of 0 to 100, 85`."""


def read_score(text: str) -> float | None:
    """The first number of a reply that is no scale, brought into 0..100; None where it has none."""
    found = _NUMBER.search(_SCALE.sub(" ", strip_thoughts(text)))
    return None if found is None else min(max(float(found[0]), 0.0), 100.0)
