"""What a model's tokens cost: as configured, else by the maintained list of `genai-prices`."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from genai_prices import Usage as Counted
from genai_prices import calc_price

from irloom.config import Price
from irloom.options import ChatOptions
from irloom.painter_options import ServedPainterOptions
from irloom.protocols import Usage

MILLION = 1_000_000
_SAMPLE = 1_000
"""Tokens that are within the first tier of every model: a million would be priced as a long context."""
_SHARES = {"flex": 0.5, "batch": 0.5, "priority": 2.0}
"""What OpenAI asks at a tier, over the usual price, where the list has no price for it."""


class Tariff(Price):
    """The price of one model's tokens, which also prices a reply by its own usage.

    `prompt_usd` and `completion_usd` are those of short prompts at the usual tier.
    """

    listed: "Listed | None" = None
    """Where in the list the model is; None where the price was configured."""

    asked_tier: str = ""
    """The service tier that requests ask for."""

    def worst(self, usage: Usage) -> float:
        """Dollars for a request that has not been answered: nothing cached, and at the tier asked for."""
        return self.cost(usage.model_copy(update={"service_tier": self.asked_tier}))

    def cost(self, usage: Usage) -> float:
        """Dollars for one reply: a long prompt, a cache or another tier have prices of their own."""
        found = self.listed.price(usage) if self.listed is not None else None
        return super().cost(usage) if found is None else round(found, 9)


@dataclass(frozen=True, slots=True)
class Listed:
    """A model as the list knows it."""

    model: str
    base_url: str | None

    def price(self, usage: Usage) -> float | None:
        """Dollars for this usage; None where the list cannot price it."""
        usual = self._calculate(usage, "")
        if usual is None or not usage.service_tier:
            return usual
        special = self._calculate(usage, usage.service_tier)
        known = special is not None and special != usual
        return special if known else usual * _SHARES.get(usage.service_tier, 1.0)

    def _calculate(self, usage: Usage, tier: str) -> float | None:
        return _look_up(self, usage.prompt_tokens, usage.completion_tokens, usage.cached_tokens or None, tier)


@lru_cache(maxsize=1024)
def _look_up(listed: Listed, prompt: int, completion: int, cached: int | None, tier: str) -> float | None:
    """Ask the list; each reply is priced twice, for the cap and for its row, which takes a moment."""
    counted = Counted(input_tokens=prompt, output_tokens=completion, cache_read_tokens=cached)
    context = {"service_tier": tier} if tier else None
    try:
        found = calc_price(
            counted, model_ref=listed.model, provider_api_url=listed.base_url, price_context=context
        )
    except (LookupError, ValueError):
        return None
    return float(found.total_price)


def find_price(options: ChatOptions | ServedPainterOptions, configured: Mapping[str, Price]) -> Tariff | None:
    """The price of a chat model or a painter, or None if nobody knows it (as for a server of one's own)."""
    if options.kind != "openai":
        return Tariff(prompt_usd=0.0, completion_usd=0.0)
    if options.model in configured:
        return Tariff(**configured[options.model].model_dump())
    listed = Listed(options.model, options.base_url)
    prompt = listed.price(Usage(prompt_tokens=_SAMPLE))
    completion = listed.price(Usage(completion_tokens=_SAMPLE))
    if prompt is None or completion is None:
        return None
    scale = MILLION / _SAMPLE
    return Tariff(
        prompt_usd=round(prompt * scale, 6),
        completion_usd=round(completion * scale, 6),
        listed=listed,
        asked_tier=getattr(options, "service_tier", None) or "",
    )
