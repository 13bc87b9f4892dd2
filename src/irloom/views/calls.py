"""What each agent's calls cost, as a table for a terminal and a page."""

from collections.abc import Mapping

Table = tuple[tuple[str, ...], ...]
"""The first row names the columns."""


def tabulate_calls(spent: Mapping[str, Mapping[str, float]]) -> Table:
    """Usage by agent, where any was counted; `from a cache` is the share of the prompt tokens."""
    rows = tuple(_describe(agent, usage) for agent, usage in sorted(spent.items()) if usage["requests"])
    head = ("agent", "requests", "prompt tokens", "from a cache", "completion tokens", "cost")
    return (head, *rows) if rows else ()


def _describe(agent: str, usage: Mapping[str, float]) -> tuple[str, ...]:
    prompt, cost = usage.get("prompt_tokens", 0), usage.get("cost_usd", 0.0)
    hits = f"{usage.get('cached_tokens', 0) / prompt:.0%}" if prompt else ""
    counts = (usage["requests"], prompt, usage.get("completion_tokens", 0))
    requests, asked, written = (f"{count:,}" for count in counts)
    return agent, requests, asked, hits, written, f"${cost:,.4f}" if cost else ""
