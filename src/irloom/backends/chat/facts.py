"""What a server tells of itself beside its replies: how many slots it has, and how long a prompt may be."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import aiohttp
import openai
from openai import AsyncOpenAI, HttpxBinaryResponseContent

_PATIENCE_S = 5.0
_CONTEXTS = (
    "n_ctx",
    "loaded_context_length",
    "max_model_len",
    "context_length",
    "context_window",
    "max_context_length",
)
"""What is loaded stands before what the model could take."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a server says; None where it does not."""

    slots: int | None = None
    """Requests that are answered side by side; others wait."""
    context: int | None = None
    """Tokens of prompt and reply together, for one request."""
    models: tuple[str, ...] = ()


async def read_facts(client: AsyncOpenAI, model: str) -> Facts:
    """Ask for what llama.cpp, vLLM, LM Studio and Ollama say of themselves; silence is no error."""
    root = str(client.base_url).rstrip("/").removesuffix("/v1")
    pages = (f"{root}/props", f"{root}/slots", f"{root}/api/ps", f"{root}/api/v0/models", "/models")
    props, slots, running, loaded, listed = await asyncio.gather(*(_get(client, page) for page in pages))
    settings = props.get("default_generation_settings") if isinstance(props, Mapping) else None
    each = [one for one in slots if isinstance(one, Mapping)] if isinstance(slots, list) else []
    tellers = (
        settings if isinstance(settings, Mapping) else {},
        each[0] if each else {},
        *(_find_model(_list_rows(page, key), model) for page, key in ((running, "models"), (loaded, "data"))),
        _find_model(_list_rows(listed, "data"), model),
    )
    contexts = (_find_number(teller, _CONTEXTS) for teller in tellers)
    counted = _find_number(props, ("total_slots",)) if isinstance(props, Mapping) else None
    return Facts(
        slots=counted or len(each) or None,
        context=next((context for context in contexts if context), None),
        models=tuple(str(row.get("id")) for row in _list_rows(listed, "data")),
    )


def _list_rows(page: Any, key: str) -> list[Mapping[str, Any]]:
    rows = page.get(key) if isinstance(page, Mapping) else None
    return [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []


def _find_model(rows: Sequence[Mapping[str, Any]], model: str) -> Mapping[str, Any]:
    """The row of a model; the only row where none has its name."""
    named = (row for row in rows if model in {row.get("id"), row.get("model"), row.get("name")})
    return next(named, rows[0] if len(rows) == 1 else {})


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
