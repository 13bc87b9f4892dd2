"""What a detector is asked of a sentence: its score, and on request its wrong words."""

from irloom.agents.detecting import PICTURES, SCORE_PROMPTS, SIMILARITY_PROMPT, WORDS_PROMPT
from irloom.pipelines.evaluate.detect.config import DetectConfig
from irloom.pipelines.evaluate.detect.reading import WORDS_FORM
from irloom.pipelines.evaluate.records import Item, Posed

PROMPTS = ("detector", "repair")
"""Folders of the prompts."""
LANGUAGE = "en"
SCORE, WORDS = "score", "words"
_TOP_LOGPROBS = 20
"""As many first tokens as OpenAI's endpoint lists: "yes" and "no" should both be among them."""


def pose(item: Item, config: DetectConfig) -> list[Posed]:
    """The asks of a sentence; none where its label is unknown, so that nothing could be made of them."""
    if item.answer == "unknown":
        return []
    return [_pose_score(item, config), *([_pose_words(item, config)] if config.localise else [])]


def _pose_score(item: Item, config: DetectConfig) -> Posed:
    if config.chat_for("answerer").kind == "similarity":
        sentence = item.wordings[LANGUAGE].question
        return _pose(item, SCORE, SIMILARITY_PROMPT, {"sentence": sentence})
    tokens = _TOP_LOGPROBS if config.answer == "probability" else 0
    return _pose(item, SCORE, SCORE_PROMPTS[config.answer], _fill(item, config), top_logprobs=tokens)


def _pose_words(item: Item, config: DetectConfig) -> Posed:
    return _pose(item, WORDS, WORDS_PROMPT, _fill(item, config)).model_copy(update={"form": WORDS_FORM})


def _fill(item: Item, config: DetectConfig) -> dict[str, str]:
    return {"sentence": item.wordings[LANGUAGE].question, "picture": PICTURES[config.spectrum]}


def _pose(item: Item, name: str, prompt: str, fields: dict[str, str], top_logprobs: int = 0) -> Posed:
    return Posed(
        name=name,
        variant=name,
        language=LANGUAGE,
        prompt=prompt,
        fields=fields,
        sights=("infrared",),
        options={},
        right=item.answer,
        top_logprobs=top_logprobs,
    )
