"""Answers multiple-choice questions without looking: what a benchmark gives to guessing."""

import ast
import random
import re
from collections.abc import Mapping

from irloom.backends.chat.uncapped import Uncapped
from irloom.errors import EndpointRefused
from irloom.options import BaselineOptions
from irloom.protocols import ChatReply, ChatRequest, Purse, ReplyText, Usage

_LINE = re.compile(r"^([A-Z])\. (.*)$")


class Baseline:
    """Chooses a letter by the options in the prompt's slot `options`, or by the request's seed.

    Raises EndpointRefused for a prompt without such a slot.
    """

    def __init__(self, options: BaselineOptions, purse: Purse | None = None) -> None:
        self.model = f"baseline {options.rule}" + (f" {options.letter}" if options.rule == "letter" else "")
        self.parameters: Mapping[str, object] = {}
        self._options = options
        self._purse = purse or Uncapped()

    async def chat(self, request: ChatRequest) -> ChatReply:
        """Answer one request at once."""
        options = read_options(request)
        async with self._purse.reserve(request, request.n) as payment:
            payment.leave()
            payment.settle(Usage(requests=1))
        texts = tuple(ReplyText(text=self._choose(options, request.seed + turn)) for turn in range(request.n))
        return ChatReply(
            texts=texts, usage=Usage(requests=1), model=self.model, latency_ms=0.0, sent={"n": request.n}
        )

    def hold(self) -> None:
        """Nothing is on its way."""

    async def close(self) -> None:
        """Nothing is open."""

    def _choose(self, options: Mapping[str, str], seed: int) -> str:
        chance = random.Random(seed)
        match self._options.rule:
            case "letter":
                return self._options.letter
            case "random":
                return chance.choice(sorted(options))
            case "longest":
                return chance.choice(find_longest(options))


def find_longest(options: Mapping[str, str]) -> list[str]:
    """The letters of the longest options, in characters: one, or several that tie."""
    most = max(map(len, options.values()))
    return [letter for letter, text in options.items() if len(text) == most]


def read_options(request: ChatRequest) -> dict[str, str]:
    """The options in a prompt, a line each or as a printed dictionary."""
    text = request.prompt.fields.get("options", "").strip()
    found = ast.literal_eval(text) if text.startswith("{") else dict(_read_lines(text))
    if not found:
        raise EndpointRefused(
            f"a baseline answers multiple-choice questions alone, and {request.prompt.name!r} is none: "
            "name a chat model"
        )
    return {str(letter): str(option) for letter, option in found.items()}


def _read_lines(text: str) -> list[tuple[str, str]]:
    """Letters with their texts; a line without a letter goes on with the option above it."""
    found: list[tuple[str, str]] = []
    for line in text.splitlines():
        if match := _LINE.match(line):
            found.append((match[1], match[2]))
        elif found:
            found[-1] = (found[-1][0], f"{found[-1][1]}\n{line}")
    return found
