"""The embedded chat backend: answers irloom's own prompts by rule, with no model and no network."""

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from irloom.backends.chat.uncapped import Uncapped
from irloom.backends.offline.chat.filter import Refusal, edit_caption, rephrase
from irloom.backends.offline.chat.judge import judge, judge_grounded, mine
from irloom.backends.offline.chat.writer import (
    read_scene,
    write_captions,
    write_conversation,
    write_description,
    write_reasoning,
)
from irloom.backends.offline.edits.answers import ANSWERS as EDITING
from irloom.backends.offline.edits.phrasebook import using_phrasebook
from irloom.backends.offline.figures.answers import ANSWERS as DRAWING
from irloom.errors import EndpointRefused, ModelReplyError
from irloom.lexicon import Lexicon
from irloom.protocols import ChatReply, ChatRequest, Purse, ReplyText, Usage
from irloom.records import Category, Turn
from irloom.scene.layout import read_boxes

_TONES = "tones/"
"""Folder of the prompts for pictures that show no heat; what they ask is the same."""
_NUMBERED = re.compile(r"^\s*(\d+)\.\s+(.*)$")


class Rules:
    """Answers from the prompt's name and fields alone, so that the same request has the same reply.

    Raises EndpointRefused for a prompt that it does not know or whose slots are missing, and
    ModelReplyError for `repair` (its replies need none) and where there is nothing to write from.
    """

    model = "irloom-rules"

    def __init__(self, lexicon: Lexicon, purse: Purse | None = None, edits: Path | None = None) -> None:
        """Take the words that infrared cannot show, and a phrasebook of edits that is not irloom's own."""
        self.parameters: Mapping[str, Any] = {}
        self._lexicon = lexicon
        self._purse = purse or Uncapped()
        self._edits = edits
        self._answers: Mapping[str, Callable[[ChatRequest], list[str]]] = {
            "caption/filter": self._filter,
            "caption/filter_all": self._filter_all,
            "caption/again": self._filter,
            "captioner/captions": self._caption,
            "task/conversation": self._write,
            "task/reasoning": self._write,
            "task/description": self._write,
            "debate/judge": self._judge,
            "debate/judge_reasoned": self._judge,
            "debate/judge_grounded": self._judge,
            "debate/judge_grounded_reasoned": self._judge,
            "debate/mine": self._mine,
            **DRAWING,
            **EDITING,
            "repair": _refuse_repair,
        }

    async def chat(self, request: ChatRequest) -> ChatReply:
        """Answer one request at once."""
        name = request.prompt.name.removeprefix(_TONES)
        if name not in self._answers:
            known = ", ".join(sorted(self._answers))
            raise EndpointRefused(
                f"the rule engine cannot answer the prompt {name!r}, it knows only {known}: "
                "choose a chat model for this agent"
            )
        async with self._purse.reserve(request, request.n) as payment:
            try:
                with using_phrasebook(self._edits):
                    texts = self._answers[name](request)
            except KeyError as error:
                raise EndpointRefused(
                    f"the prompt {name!r} lacks the slot {error}: restore it in the prompt file"
                ) from error
            payment.leave()
            payment.settle(Usage(requests=1))
        return ChatReply(
            texts=tuple(ReplyText(text=text) for text in texts),
            usage=Usage(requests=1),
            model=self.model,
            latency_ms=0.0,
            sent={"n": len(texts)},
        )

    def hold(self) -> None:
        """Nothing is on its way."""

    async def close(self) -> None:
        """Nothing is open."""

    def _filter(self, request: ChatRequest) -> list[str]:
        fields = request.prompt.fields
        answer = rephrase(fields["caption"], self._lexicon, self._forbidden(fields["rules"]))
        # One edit is enough: what is not answered of `n` would be asked for again.
        return [answer] * request.n

    def _filter_all(self, request: ChatRequest) -> list[str]:
        fields = request.prompt.fields
        forbidden = self._forbidden(fields["rules"])
        matches = [match for line in fields["captions"].splitlines() if (match := _NUMBERED.match(line))]
        if request.schema is None:
            lines = [f"{match[1]}. {rephrase(match[2], self._lexicon, forbidden)}" for match in matches]
            return ["\n".join(lines)]
        edits = [(int(match[1]), edit_caption(match[2], self._lexicon, forbidden)) for match in matches]
        captions = [
            {"caption": number, "rewrites": [] if isinstance(edit, Refusal) else [edit]}
            for number, edit in edits
        ]
        return [_dump({"captions": captions})]

    def _caption(self, request: ChatRequest) -> list[str]:
        """Captions from the boxes: the rule engine sees no picture."""
        fields = request.prompt.fields
        if not read_boxes(fields["boxes"]).things:
            raise ModelReplyError(
                "the image has neither a caption nor a box that is large enough, and the rule engine sees no "
                "picture: give it captions or boxes, or have a chat model that sees write them "
                "(--profile openai)"
            )
        scene = read_scene("none", fields["boxes"], "none", self._lexicon, request.seed)
        captions = write_captions(scene, int(fields["count"]))
        return [_dump({"captions": captions})] * request.n

    def _write(self, request: ChatRequest) -> list[str]:
        return [self._write_one(request, request.seed + turn) for turn in range(request.n)]

    def _write_one(self, request: ChatRequest, seed: int) -> str:
        fields = request.prompt.fields
        scene = read_scene(
            fields["captions"],
            fields["boxes"],
            fields["requirements"],
            self._lexicon,
            seed,
            questions=fields["questions"],
            shows="tones" if request.prompt.name.startswith(_TONES) else "heat",
        )
        name = request.prompt.name.removeprefix(_TONES)
        if name == "task/description":
            text = write_description(scene)
            return text if request.schema is None else _dump({"description": text})
        if name == "task/reasoning":
            turn = write_reasoning(scene)
            return _as_text((turn,)) if request.schema is None else _dump(turn.model_dump())
        turns = write_conversation(scene)
        return (
            _as_text(turns)
            if request.schema is None
            else _dump({"turns": [turn.model_dump() for turn in turns]})
        )

    def _judge(self, request: ChatRequest) -> list[str]:
        fields = request.prompt.fields
        if request.prompt.name.removeprefix(_TONES) in {"debate/judge", "debate/judge_reasoned"}:
            verdict = judge(fields["instruction"], self._lexicon)
        else:
            heat = fields["heat"].splitlines()
            verdict = judge_grounded(fields["instruction"], fields["boxes"], self._lexicon, heat)
        if request.schema is None:
            return ["ACCEPT" if verdict.verdict == "accept" else verdict.reason]
        return [_dump(verdict.model_dump())]

    def _mine(self, request: ChatRequest) -> list[str]:
        fields = request.prompt.fields
        rule = mine(fields["reason"], fields["category"], self._lexicon)
        return [rule if request.schema is None else _dump({"rule": rule})]

    def _forbidden(self, rules: str) -> frozenset[Category]:
        """Gather the categories that the standing rules name."""
        return frozenset(category for rule in rules.splitlines() for category in self._lexicon.named_by(rule))


def _refuse_repair(request: ChatRequest) -> list[str]:
    raise ModelReplyError("the rule engine's replies need no repair: this request should not have been made")


def _as_text(turns: tuple[Turn, ...]) -> str:
    return "\n===\n".join(f"Question: {turn.question}\nAnswer: {turn.answer}" for turn in turns)


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
