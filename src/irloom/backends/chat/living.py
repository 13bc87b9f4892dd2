"""Asks whether an endpoint is there at all, whichever of its services is used."""

import asyncio

import aiohttp
import openai

_MOST_S = 20.0
"""Longer than this nobody waits for a sign of life."""


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
