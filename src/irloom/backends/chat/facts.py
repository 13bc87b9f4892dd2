"""What a server tells of itself beside its replies: how many slots it has, and how long a prompt may be."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
import openai
from openai import AsyncOpenAI, HttpxBinaryResponseContent

_PATIENCE_S = 5.0
_CONTEXTS = ("max_model_len", "context_length", "context_window", "max_context_length", "n_ctx")


@dataclass(frozen=True, slots=True)
class Facts:
    """What a server says; None where it does not."""

    slots: int | None = None
    """Requests that are answered side by side; others wait."""
    context: int | None = None
    """Tokens of prompt and reply together, for one request."""
    models: tuple[str, ...] = ()


async def read_facts(client: AsyncOpenAI, model: str) -> Facts:
    """Ask for `/props` (llama.cpp) and the list of models (vLLM and others); silence is no error."""
    root = str(client.base_url).rstrip("/").removesuffix("/v1")
    props, listed = await asyncio.gather(_get(client, f"{root}/props"), _get(client, "/models"))
    rows = listed.get("data") if isinstance(listed, Mapping) else None
    models = [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []
    own = next((row for row in models if row.get("id") == model), models[0] if len(models) == 1 else {})
    settings = props.get("default_generation_settings") if isinstance(props, Mapping) else None
    slot = _find_number(settings, _CONTEXTS) if isinstance(settings, Mapping) else None
    return Facts(
        slots=_find_number(props, ("total_slots",)) if isinstance(props, Mapping) else None,
        context=slot or _find_number(own, _CONTEXTS),
        models=tuple(str(row.get("id")) for row in models),
    )


def _find_number(row: Mapping[str, Any], names: tuple[str, ...]) -> int | None:
    found = (row.get(name) for name in names)
    return next((value for value in found if isinstance(value, int) and value > 0), None)


async def _get(client: AsyncOpenAI, path: str) -> Any:
    try:
        async with asyncio.timeout(_PATIENCE_S):
            reply = await client.get(path, cast_to=HttpxBinaryResponseContent)
            return json.loads(reply.content)
    except (openai.OpenAIError, aiohttp.ClientError, OSError, ValueError, RecursionError):
        return None
