"""Asks whether an endpoint is there at all, whichever of its services is used."""

import asyncio
import json

import aiohttp
import openai

from irloom.backends.chat.address import guess_addresses

_MOST_S = 20.0
"""Longer than this nobody waits for a sign of life."""
_GUESS_S = 5.0


async def is_alive(client: openai.AsyncOpenAI, timeout_s: float) -> bool:
    """Whether the endpoint lists its models, or says at least by itself that it cannot."""
    try:
        async with asyncio.timeout(min(timeout_s, _MOST_S)):
            await client.models.with_raw_response.list()
    except openai.APIStatusError as error:
        return error.status_code < 502
    except (openai.APIConnectionError, aiohttp.ClientError, OSError):
        return False
    return True


async def find_other_address(client: openai.AsyncOpenAI, base_url: str) -> str | None:
    """An address beside this one that lists models, where this one has no version in it; else None."""
    for guess in guess_addresses(base_url):
        if "api-version" in guess or await _lists_models(client.with_options(base_url=guess)):
            return guess
    return None


async def _lists_models(client: openai.AsyncOpenAI) -> bool:
    try:
        async with asyncio.timeout(_GUESS_S):
            reply = await client.models.with_raw_response.list()
            found = json.loads(reply.content)
    except (openai.OpenAIError, aiohttp.ClientError, OSError, ValueError):
        return False
    return isinstance(found, dict) and isinstance(found.get("data"), list)
