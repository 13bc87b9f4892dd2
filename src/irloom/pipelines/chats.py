"""Builds the chat models of a run: one for each set of options, whoever shares it."""

from collections.abc import Mapping, Sequence
from typing import Any

from irloom.backends.builders import build_chat
from irloom.backends.prices import find_price
from irloom.config import Price, RunConfig
from irloom.engine.directory import without_credentials
from irloom.engine.spending import ModelPurse, Spending
from irloom.errors import ConfigError
from irloom.lexicon import Lexicon
from irloom.options import ChatOptions
from irloom.pipelines.flow import Learn, Notify
from irloom.protocols import ChatModel, Purse
from irloom.records import Seat


def build_chats(
    config: RunConfig,
    seats: Sequence[Seat],
    lexicon: Lexicon,
    learnt: Mapping[str, Any],
    learn: Learn,
    spending: Spending,
    notify: Notify,
) -> tuple[dict[Seat, ChatModel], dict[Seat, Price | None]]:
    """The chat model of each seat, and the price of its tokens; ConfigError for a cap without prices."""
    chats: dict[Seat, ChatModel] = {}
    prices: dict[Seat, Price | None] = {}
    built: dict[str, ChatModel] = {}
    for seat in seats:
        options = config.chat_for(seat)
        name = options.model_dump_json()
        prices[seat] = find_price(options, config.prices)
        if name not in built:
            purse = ModelPurse(spending, getattr(options, "max_tokens", None), prices[seat])
            built[name] = _build_one(options, lexicon, learnt, learn, notify, purse)
        chats[seat] = built[name]
    if config.budget.cost_usd is not None and None in prices.values():
        raise ConfigError(
            "--max-cost needs prices, and none is known for this model and endpoint: give them as "
            '[prices."NAME"] prompt_usd = …, completion_usd = … (dollars a million tokens) in --config.'
        )
    return chats, prices


def _build_one(
    options: ChatOptions,
    lexicon: Lexicon,
    learnt: Mapping[str, Any],
    learn: Learn,
    notify: Notify,
    purse: Purse,
) -> ChatModel:
    """Build a chat model; what is learnt is kept by endpoint and model, since a run may use several."""
    if options.kind == "rules":
        return build_chat(options, lexicon, {}, learn, notify, purse)
    place = f"{without_credentials(options.base_url or 'openai')} {options.model}"
    known = dict(learnt.get(place, {}))

    def learn_here(name: str, value: Any) -> None:
        known[name] = value
        learn(place, dict(known))

    return build_chat(options, lexicon, known, learn_here, notify, purse)
