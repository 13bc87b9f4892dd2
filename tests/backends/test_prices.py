"""A reply is priced by what it used itself."""

import pytest

from irloom.backends.prices import find_price
from irloom.config import Price
from irloom.options import OpenAIOptions
from irloom.protocols import Usage


def cost(model: str, **usage: int | str) -> float:
    tariff = find_price(OpenAIOptions(model=model), {})
    assert tariff is not None
    return tariff.cost(Usage.model_validate(usage))


@pytest.mark.parametrize(
    ("model", "prompt", "completion"),
    [("gpt-5.5", 5.0, 30.0), ("gpt-5-mini", 0.25, 2.0), ("gpt-4o-mini", 0.15, 0.6)],
)
def test_a_price_is_that_of_short_prompts(model: str, prompt: float, completion: float) -> None:
    tariff = find_price(OpenAIOptions(model=model), {})
    assert tariff is not None
    assert (tariff.prompt_usd, tariff.completion_usd) == (prompt, completion)


def test_a_long_prompt_has_the_price_of_its_own_tier() -> None:
    short, long = cost("gpt-5.5", prompt_tokens=100_000), cost("gpt-5.5", prompt_tokens=500_000)
    assert short == pytest.approx(0.5)
    assert long > 5 * short


def test_cached_tokens_cost_less() -> None:
    full = cost("gpt-5.5", prompt_tokens=10_000, completion_tokens=1_000)
    hit = cost("gpt-5.5", prompt_tokens=10_000, completion_tokens=1_000, cached_tokens=9_000)
    assert [full, hit] == pytest.approx([0.08, 0.0395])


@pytest.mark.parametrize("model", ["gpt-5.5", "gpt-5-mini", "gpt-4o-mini"])
def test_a_service_tier_has_a_price_of_its_own(model: str) -> None:
    usual = cost(model, prompt_tokens=10_000)
    assert cost(model, prompt_tokens=10_000, service_tier="flex") == pytest.approx(usual / 2)
    assert cost(model, prompt_tokens=10_000, service_tier="priority") > usual


def test_the_worst_that_a_request_can_cost_is_at_the_tier_that_it_asks_for() -> None:
    tariff = find_price(OpenAIOptions(model="gpt-5.5", service_tier="priority"), {})
    assert tariff is not None
    usage = Usage(prompt_tokens=10_000)
    assert tariff.worst(usage) > tariff.cost(usage)


def test_a_configured_price_comes_first() -> None:
    tariff = find_price(OpenAIOptions(model="gpt-5.5"), {"gpt-5.5": Price(prompt_usd=1, completion_usd=2)})
    assert tariff is not None
    assert tariff.cost(Usage(prompt_tokens=1_000_000, completion_tokens=1_000_000)) == 3.0


def test_usage_adds_up_and_says_nothing_of_caches_where_none_was_hit() -> None:
    total = Usage(requests=1, prompt_tokens=5, cached_tokens=3) + Usage(requests=1, prompt_tokens=5)
    assert total.cached_tokens == 3
    assert Usage(requests=1).model_dump() == {
        "requests": 1,
        "prompt_tokens": 0,
        "completion_tokens": 0,
        "cost_usd": 0.0,
    }
    assert Usage.model_validate(total.model_dump()) == total
