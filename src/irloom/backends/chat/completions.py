"""The chat-completions form: messages with images out, choices in, whatever a server makes of them."""

import asyncio
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from irloom.backends.chat.logprobs import read_first_tokens
from irloom.backends.chat.refusals import Retryable
from irloom.errors import SourceError
from irloom.options import OpenAIOptions
from irloom.protocols import ChatRequest, FinishReason, ReplyText, Usage

_THINKING = re.compile(
    r"\A\s*(?:<think(?:ing)?>(?P<whole>.*?)(?:</think(?:ing)?>|\Z)|(?P<closed>.*?)</think(?:ing)?>)",
    re.DOTALL,
)
"""Thinking text in tags; some chat templates write the opening tag themselves, so that only the end comes."""
_FINISHES: Mapping[str, FinishReason] = {
    "stop": "stop",
    "length": "length",
    "max_tokens": "length",
    "model_length": "length",
    "content_filter": "content_filter",
}


async def build_messages(request: ChatRequest) -> list[dict[str, Any]]:
    """System and user message; images are read and encoded now and forgotten with the request."""
    content: str | list[dict[str, Any]] = request.prompt.user
    if request.images:
        try:
            urls = await asyncio.to_thread(lambda: [_data_url(path) for path in request.images])
        except OSError as error:
            raise SourceError(f"{error.filename} cannot be sent: {error.strerror or error}") from error
        content = [{"type": "image_url", "image_url": {"url": url}} for url in urls]
        content.append({"type": "text", "text": request.prompt.user})
    return [{"role": "system", "content": request.prompt.system}, {"role": "user", "content": content}]


def build_arguments(
    options: OpenAIOptions, request: ChatRequest, messages: list[dict[str, Any]], sent: Mapping[str, Any]
) -> dict[str, Any]:
    """What is sent: the request, after the user's options and what is known of the endpoint."""
    arguments: dict[str, Any] = {"model": options.model, "messages": messages}
    if sent["n"] > 1:
        arguments["n"] = sent["n"]
    if request.temperature is not None and options.send_temperature:
        arguments["temperature"] = request.temperature
    if options.send_seed:
        arguments["seed"] = request.seed
    limit = request.max_tokens or options.max_tokens
    if limit is not None:
        arguments[options.tokens_parameter] = limit
    if request.top_logprobs:
        arguments |= {"logprobs": True, "top_logprobs": request.top_logprobs}
    if sent["mode"] == "json_object" and _speak_of_json(messages):
        arguments["response_format"] = {"type": "json_object"}
    elif sent["mode"] == "json_schema" and request.schema is not None:
        schema = {"name": request.schema.name, "schema": dict(request.schema.schema), "strict": True}
        arguments["response_format"] = {"type": "json_schema", "json_schema": schema}
    return arguments


def read_completion(body: bytes, n: int) -> tuple[tuple[ReplyText, ...], Usage, str]:
    """The texts (at most `n`), the usage and the model's name; Retryable where no choice is in it."""
    paid = Usage(requests=1)
    try:
        found = json.loads(body)  # not orjson, which refuses the half surrogate pairs of cut replies
    except (ValueError, RecursionError) as error:
        raise Retryable(
            f"the endpoint's reply is not JSON ({error}): {body[:80]!r}",
            kind="unusable",
            usage=paid,
            untold=True,
        ) from error
    if not isinstance(found, dict):
        said = f"the endpoint's reply is no object: {body[:80]!r}"
        raise Retryable(said, kind="unusable", usage=paid, untold=True)
    usage = _read_usage(found.get("usage"))
    choices = found.get("choices")
    texts = tuple(_read_choice(choice) for choice in (choices if isinstance(choices, list) else [])[:n])
    if not texts:
        why = f": {str(found['error'])[:200]}" if found.get("error") else ""
        said = f"the endpoint's reply holds no choice{why}"
        raise Retryable(said, kind="unusable", usage=usage, untold=not usage.prompt_tokens)
    return texts, usage, _clean(str(found.get("model") or ""))


def _read_usage(usage: Any) -> Usage:
    counts = usage if isinstance(usage, dict) else {}
    return Usage(
        requests=1,
        prompt_tokens=_count(counts.get("prompt_tokens")),
        completion_tokens=_count(counts.get("completion_tokens")),
    )


def _count(value: Any) -> int:
    return value if isinstance(value, int) and value >= 0 else 0


def _read_choice(choice: Any) -> ReplyText:
    """One choice; what is missing or of another type counts as an empty text."""
    choice = choice if isinstance(choice, dict) else {}
    message = choice.get("message") if isinstance(choice.get("message"), dict) else {}
    text = _join_content(message.get("content"))
    thought = message.get("reasoning_content") or message.get("reasoning")
    tagged = _THINKING.match(text)
    if tagged:
        tags = tagged["whole"] if tagged["whole"] is not None else tagged["closed"]
        thought, text = tags.strip() or thought, text[tagged.end() :]
    reason: FinishReason = _FINISHES.get(str(choice.get("finish_reason")), "other")
    if isinstance(message.get("refusal"), str) and message["refusal"]:
        reason, text = "refusal", message["refusal"]
    thinking = _clean(thought.strip()) if isinstance(thought, str) and thought.strip() else None
    first_tokens = read_first_tokens(choice.get("logprobs"), text, thinking)
    return ReplyText(text=_clean(text), finish_reason=reason, thinking=thinking, first_tokens=first_tokens)


def _join_content(content: Any) -> str:
    """Content as a string, or as the list of parts that some servers send."""
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    texts = (part.get("text") if isinstance(part, dict) else part for part in parts)
    return "".join(text for text in texts if isinstance(text, str))


def _clean(text: str) -> str:
    """Replace half surrogate pairs, which a cut reply may end with and no file can hold."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _data_url(path: Path) -> str:
    from irloom.backends.images import to_data_url  # only who sends images pays for Pillow

    return to_data_url(path)


def _speak_of_json(messages: list[dict[str, Any]]) -> bool:
    """OpenAI and others refuse JSON mode for messages in which the word does not occur."""
    texts = [part["text"] for message in messages for part in _parts_of(message) if "text" in part]
    return any("json" in text.lower() for text in texts)


def _parts_of(message: Mapping[str, Any]) -> list[dict[str, Any]]:
    content = message["content"]
    return content if isinstance(content, list) else [{"text": content}]
