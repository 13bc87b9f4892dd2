"""What a model's tokens cost: as configured, else by the maintained list of `genai-prices`."""

from collections.abc import Mapping

from genai_prices import Usage, calc_price

from irloom.config import Price
from irloom.options import ChatOptions

MILLION = 1_000_000


def find_price(options: ChatOptions, configured: Mapping[str, Price]) -> Price | None:
    """The price of a chat model, or None if nobody knows it (as for a server of one's own)."""
    if options.kind == "rules":
        return Price(prompt_usd=0.0, completion_usd=0.0)
    if options.model in configured:
        return configured[options.model]
    usage = Usage(input_tokens=MILLION, output_tokens=MILLION)
    try:
        found = calc_price(usage, model_ref=options.model, provider_api_url=options.base_url)
    except LookupError:
        return None
    return Price(prompt_usd=float(found.input_price), completion_usd=float(found.output_price))
