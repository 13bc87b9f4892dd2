"""Answers the questions of benchmarks without looking: what guessing scores."""

import ast
import math
import random
import re
from collections.abc import Mapping

from irloom.backends.chat.uncapped import Uncapped
from irloom.errors import EndpointRefused
from irloom.options import BaselineOptions
from irloom.protocols import ChatReply, ChatRequest, Purse, ReplyText, Usage

_LINE = re.compile(r"^([A-Z])\. (.*)$")


class Baseline:
    """Chooses a letter by the options in the prompt's slot `options`, or scores a `sentence` by the seed.

    Raises EndpointRefused for a prompt without such a slot, and for a sentence unless the rule is random.
    """

    def __init__(self, options: BaselineOptions, purse: Purse | None = None) -> None:
        self.model = f"baseline {options.rule}" + (f" {options.letter}" if options.rule == "letter" else "")
        self.parameters: Mapping[str, object] = {}
        self._options = options
        self._purse = purse or Uncapped()

    async def chat(self, request: ChatRequest) -> ChatReply:
        """Answer one request at once."""
        is_score = "sentence" in request.prompt.fields
        options = {} if is_score else read_options(request)
        if is_score:
            self._require_chance()
        async with self._purse.reserve(request, request.n) as payment:
            payment.leave()
            payment.settle(Usage(requests=1))
        seeds = range(request.seed, request.seed + request.n)
        texts = tuple(
            guess_score(seed, request.top_logprobs)
            if is_score
            else ReplyText(text=self._choose(options, seed))
            for seed in seeds
        )
        return ChatReply(
            texts=texts, usage=Usage(requests=1), model=self.model, latency_ms=0.0, sent={"n": request.n}
        )

    def hold(self) -> None:
        """Nothing is on its way."""

    async def close(self) -> None:
        """Nothing is open."""

    def _require_chance(self) -> None:
        if self._options.rule != "random":
            raise EndpointRefused(
                f"a baseline with rule = {self._options.rule!r} chooses among options, and a sentence has "
                'none: set rule = "random", or name a chat model'
            )

    def _choose(self, options: Mapping[str, str], seed: int) -> str:
        chance = random.Random(seed)
        match self._options.rule:
            case "letter":
                return self._options.letter
            case "random":
                return chance.choice(sorted(options))
            case "longest":
                return chance.choice(find_longest(options))


def guess_score(seed: int, top_logprobs: int) -> ReplyText:
    """A score from 0 to 100 by the seed alone; as the probability of yes where first tokens are wanted."""
    share = random.Random(seed).uniform(0.0001, 0.9999)
    if not top_logprobs:
        return ReplyText(text=f"{100 * share:.4f}")
    chances = (("yes", math.log(share)), ("no", math.log(1 - share)))
    return ReplyText(text="yes" if share >= 0.5 else "no", first_tokens=chances)


def find_longest(options: Mapping[str, str]) -> list[str]:
    """The letters of the longest options, in characters: one, or several that tie."""
    most = max(map(len, options.values()))
    return [letter for letter, text in options.items() if len(text) == most]


def read_options(request: ChatRequest) -> dict[str, str]:
    """The options in a prompt, a line each or as a printed dictionary, which a full stop may end."""
    text = request.prompt.fields.get("options", "").strip()
    found = ast.literal_eval(text.rstrip(".。")) if text.startswith("{") else dict(_read_lines(text))
    if not found:
        raise EndpointRefused(
            f"a baseline answers the questions of benchmarks alone, and {request.prompt.name!r} is none: "
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
