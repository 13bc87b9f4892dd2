"""The chat-completions form: messages with images out, choices in, whatever a server makes of them."""

import asyncio
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

from irloom.backends.chat.complaints import Complained, hear_body, strip_markup
from irloom.backends.chat.logprobs import read_first_tokens
from irloom.backends.chat.refusals import Retryable
from irloom.backends.chat.schemas import simplify
from irloom.backends.chat.streams import is_stream, read_stream
from irloom.errors import SourceError
from irloom.options import OpenAIOptions
from irloom.protocols import ChatRequest, FinishReason, ReplyText, Usage

THINK_LESS = (
    'switch its thinking off, by `extra_body` under [chat]: `{reasoning_effort = "none"}` (Ollama, OpenAI) '
    "or `{chat_template_kwargs = {enable_thinking = false}}` (vLLM, llama.cpp); or name another model"
)
_TAG = r"(?:think(?:ing)?|thought|reasoning|analysis)"
_THINKING = re.compile(
    rf"\A\s*+(?:<{_TAG}>(?P<whole>.*?)(?:</{_TAG}>|\Z)|(?P<closed>.*?)</{_TAG}>)",
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
    """System and user message; images are read and encoded now and forgotten with the request.

    Without words for the system there is no such message, which some chat templates fill by themselves.
    """
    content: str | list[dict[str, Any]] = request.prompt.user
    if request.images:
        try:
            urls = await asyncio.to_thread(lambda: [_data_url(path) for path in request.images])
        except OSError as error:
            raise SourceError(f"{error.filename} cannot be sent: {error.strerror or error}") from error
        content = [{"type": "image_url", "image_url": {"url": url}} for url in urls]
        content.append({"type": "text", "text": request.prompt.user})
    user = {"role": "user", "content": content}
    return [{"role": "system", "content": request.prompt.system}, user] if request.prompt.system else [user]


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
    limit = sent.get("max_tokens", request.max_tokens or options.max_tokens)
    if limit is not None:
        arguments[options.tokens_parameter] = limit
    if request.top_logprobs:
        arguments |= {"logprobs": True, "top_logprobs": request.top_logprobs}
    if sent["mode"] == "json_object" and _speak_of_json(messages):
        arguments["response_format"] = {"type": "json_object"}
    elif sent["mode"] in {"json_schema", "plain_schema"} and request.schema is not None:
        form = dict(request.schema.schema)
        form = simplify(form) if sent["mode"] == "plain_schema" else form
        schema = {"name": request.schema.name, "schema": form, "strict": True}
        arguments["response_format"] = {"type": "json_schema", "json_schema": schema}
    return arguments | dict(options.extra_body) | _name_options(options, request, sent)


def _name_options(options: OpenAIOptions, request: ChatRequest, sent: Mapping[str, Any]) -> dict[str, Any]:
    """What is sent only where it is set or was learnt."""
    named: dict[str, Any] = {}
    if options.service_tier is not None:
        named["service_tier"] = options.service_tier
    if sent.get("prompt_cache_key"):
        named["prompt_cache_key"] = f"{options.prompt_cache_key}/{request.prompt.name}"
    if sent.get("enable_thinking") is False:
        named["enable_thinking"] = False
    return named


class Completion(NamedTuple):
    """What came back."""

    texts: tuple[ReplyText, ...]
    usage: Usage
    model: str


def read_completion(
    body: bytes, n: int, limit: int | None = None, *, takes_empty: bool = False
) -> Completion:
    """The texts (at most `n`), the usage and the model's name; `limit` is the `max_tokens` that was sent.

    A choice that failed beside good ones is blank. Retryable where none is good, Complained where an error
    is in their place; an empty one is good where `takes_empty`.
    """
    found = _parse(body)
    usage = _read_usage(found)
    listed = found.get("choices")
    choices = listed[:n] if isinstance(listed, list) else []
    if all(map(_is_failed if takes_empty else _is_void, choices)):
        _complain(found, choices, usage)
    texts = tuple(_read_choice({} if _is_failed(choice) else choice, usage, limit) for choice in choices)
    return Completion(texts, usage, _clean(str(found.get("model") or "")))


def _parse(body: bytes) -> dict[str, Any]:
    """The object that a body is, be it sent as a stream or not."""
    paid = Usage(requests=1)
    found: Any
    if is_stream(body):
        if (found := read_stream(body)) is None:
            said = f"the endpoint sent an event stream that is not whole: {body[:80]!r}"
            raise Retryable(said, kind="unusable", usage=paid, untold=True)
        return found
    try:
        found = json.loads(body)  # not orjson, which refuses the half surrogate pairs of cut replies
    except (ValueError, RecursionError) as error:
        said = f"the endpoint's reply is not JSON ({error}): {_show(body)}"
        raise Retryable(said, kind="unusable", usage=paid, untold=True) from error
    if isinstance(found, list) and found and isinstance(found[0], dict) and "error" in found[0]:
        return found[0]
    if not isinstance(found, dict):
        said = f"the endpoint's reply is no object: {_show(body)}"
        raise Retryable(said, kind="unusable", usage=paid, untold=True)
    return found


def _complain(found: dict[str, Any], choices: list[Any], usage: Usage) -> NoReturn:
    """Say why there is no text."""
    untold = not usage.prompt_tokens
    errors = [choice["error"] for choice in choices if isinstance(choice, dict) and choice.get("error")]
    complaint = hear_body({"error": errors[0]} if errors else found) if errors or not choices else None
    if complaint is not None:
        raise Complained(complaint, usage, untold)
    if any(_read_choice(choice, usage, None).thinking for choice in choices if not _is_failed(choice)):
        said = "the model wrote its thoughts and no answer: all its text is in `reasoning`"
        raise Retryable(said, kind="unusable", usage=usage, untold=untold, advice=THINK_LESS)
    empty = any(not _is_failed(choice) for choice in choices)
    why = "holds no choice" if not choices else "is empty" if empty else "ended with an error"
    raise Retryable(f"the endpoint's reply {why}", kind="unusable", usage=usage, untold=untold)


def _is_void(choice: Any) -> bool:
    """Whether a choice failed, or is empty though it was not cut, filtered or refused."""
    if _is_failed(choice):
        return True
    text = _read_choice(choice, Usage(), None)
    return not text.text.strip() and text.finish_reason in {"stop", "other"}


def _is_failed(choice: Any) -> bool:
    return isinstance(choice, dict) and (choice.get("finish_reason") == "error" or bool(choice.get("error")))


def _show(body: bytes) -> str:
    """The beginning of a body, of a page its words."""
    head = body[:4000].decode("utf-8", "replace")
    if "<html" in head.lower() or "<!doctype" in head.lower():
        return f"a web page, {' '.join(strip_markup(head).split())[:80]!r}"
    return f"{body[:80]!r}"


def _read_usage(found: Mapping[str, Any]) -> Usage:
    given = found.get("usage")
    counts = given if isinstance(given, dict) else {}
    details = counts.get("prompt_tokens_details")
    cached = details.get("cached_tokens") if isinstance(details, dict) else None
    prompt = _count(counts.get("prompt_tokens"))
    # DeepSeek counts what its cache gave in a field of its own.
    hits = _count(cached) or _count(counts.get("prompt_cache_hit_tokens"))
    return Usage(
        requests=1,
        prompt_tokens=prompt,
        completion_tokens=_count(counts.get("completion_tokens")),
        cached_tokens=min(hits, prompt),
        service_tier=_read_tier(found.get("service_tier")),
    )


def _read_tier(tier: Any) -> str:
    return tier if isinstance(tier, str) and tier not in {"default", "standard", "auto"} else ""


def _count(value: Any) -> int:
    return value if isinstance(value, int) and value >= 0 else 0


def _read_choice(choice: Any, usage: Usage, limit: int | None) -> ReplyText:
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
    roomy = limit is not None and 0 < usage.completion_tokens < limit
    if reason == "length" and roomy and text.strip() and not thought:
        reason = "context"  # there was room under `max_tokens`, so it was the window that was full
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
