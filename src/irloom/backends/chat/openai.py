"""Chat over any compatible endpoint, with the `openai` client.

The client's own retries are off: retries are counted, paced and recorded here. The first request
goes alone and probes the endpoint, so that a wrong key costs one request. What the endpoint teaches
(it ignores `n`, it knows no JSON schema) is handed to `learn` before it is relied on.
"""

import asyncio
import base64
import contextlib
import os
import random
import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

import aiohttp
import openai
from openai import AsyncOpenAI, DefaultAioHttpClient

from irloom.backends.chat.completions import build_messages, read_completion
from irloom.backends.chat.refusals import Feature, Retryable, classify_status, find_refused_feature
from irloom.config import OpenAIOptions
from irloom.errors import ConfigError, EndpointError, EndpointGone, ModelReplyError, StopRun
from irloom.ports import ChatReply, ChatRequest, Usage

MAX_BACKOFF_S = 30.0
MAX_RETRY_AFTER_S = 300.0
_MODES = ("json_schema", "json_object", "text")


@dataclass(slots=True)
class _Tally:
    """What one logical request has cost so far."""

    retries: int = 0
    usage: Usage = field(default_factory=Usage)


class OpenAIChat:
    """A ChatModel over HTTP."""

    def __init__(
        self,
        options: OpenAIOptions,
        learnt: Mapping[str, Any] | None = None,
        learn: Callable[[str, Any], None] = lambda name, value: None,
    ) -> None:
        self.model = options.model
        self.parameters: Mapping[str, Any] = {
            "max_tokens": options.max_tokens,
            "send_temperature": options.send_temperature,
            "send_seed": options.send_seed,
        }
        self._options = options
        self._learnt = dict(learnt or {})
        self._learn_outside = learn
        self._slots = asyncio.Semaphore(options.max_in_flight)
        self._probe = asyncio.Lock()
        self._proven = False
        self._held = asyncio.Event()
        self._stopped: StopRun | None = None
        address, headers = _read_address(options.base_url)
        self._client = AsyncOpenAI(
            api_key=_find_key(options),
            base_url=address,
            default_headers=headers,
            max_retries=0,
            timeout=options.timeout_s,
            http_client=DefaultAioHttpClient(timeout=options.timeout_s),
        )

    async def chat(self, request: ChatRequest) -> ChatReply:
        """Answer one request, asking again where that helps."""
        async with self._place():
            tally = _Tally()
            try:
                return await self._ask(request, tally)
            except EndpointError as error:
                if tally.usage.requests:
                    raise ModelReplyError(str(error), tally.usage.model_dump()) from error
                raise

    def hold(self) -> None:
        """Send nothing more; what is on its way may still come back."""
        self._held.set()

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    async def _ask(self, request: ChatRequest, tally: _Tally) -> ChatReply:
        messages = await build_messages(request)
        loop = asyncio.get_running_loop()
        started = loop.time()
        while True:
            self._refuse_if_stopped()
            sent = self._choose_sending(request)
            try:
                body = await self._post(self._arguments(request, messages, sent))
                texts, usage, model = read_completion(body, sent["n"])
            except Retryable as error:
                tally.usage += error.usage
                await self._pause(error, tally)
            except _Learned:
                continue
            else:
                break
        if len(texts) < sent["n"]:
            self._learn("n", False)
        return ChatReply(
            texts=texts,
            usage=usage + tally.usage,
            model=model or self.model,
            latency_ms=round((loop.time() - started) * 1000, 1),
            sent={**sent, "retries": tally.retries},
        )

    @asynccontextmanager
    async def _place(self) -> AsyncIterator[None]:
        """A slot among the requests in flight; until one was answered, one at a time.

        Whoever still waits when the run must stop is refused, so that a wrong key costs one request.
        """
        async with self._slots, AsyncExitStack() as probing:
            if not self._proven:
                await probing.enter_async_context(self._probe)
            if self._proven:
                await probing.aclose()
            try:
                self._refuse_if_stopped()
                yield
            except StopRun as error:
                self._stopped = self._stopped or error
                raise
            except (EndpointError, ModelReplyError):
                self._proven = True
                raise
            self._proven = True

    def _refuse_if_stopped(self) -> None:
        """Send nothing more once the run stops, or a request has met what every other would meet too."""
        if self._held.is_set():
            raise asyncio.CancelledError
        if self._stopped is not None:
            raise type(self._stopped)(*self._stopped.args) from self._stopped

    def _choose_sending(self, request: ChatRequest) -> dict[str, Any]:
        """How this request goes out, after what is known of the endpoint."""
        alone = not self._options.send_n or self._learnt.get("n") is False
        mode = self._options.reply_mode
        if mode == "auto":
            mode = self._learnt.get("reply_mode", "json_schema")
        return {"n": 1 if alone else request.n, "mode": mode if request.schema else "text"}

    def _arguments(
        self, request: ChatRequest, messages: list[dict[str, Any]], sent: Mapping[str, Any]
    ) -> dict[str, Any]:
        options = self._options
        arguments: dict[str, Any] = {"model": self.model, "messages": messages}
        if sent["n"] > 1:
            arguments["n"] = sent["n"]
        if request.temperature is not None and options.send_temperature:
            arguments["temperature"] = request.temperature
        if options.send_seed:
            arguments["seed"] = request.seed
        limit = request.max_tokens or options.max_tokens
        if limit is not None:
            arguments[options.tokens_parameter] = limit
        if sent["mode"] == "json_object" and _speak_of_json(messages):
            arguments["response_format"] = {"type": "json_object"}
        elif sent["mode"] == "json_schema" and request.schema is not None:
            schema = {"name": request.schema.name, "schema": dict(request.schema.schema), "strict": True}
            arguments["response_format"] = {"type": "json_schema", "json_schema": schema}
        return arguments

    async def _post(self, arguments: dict[str, Any]) -> bytes:
        """One HTTP request; raises Retryable, _Learned, EndpointError or StopRun."""
        try:
            async with asyncio.timeout(self._options.timeout_s):
                # As `extra_body`, because what goes in as arguments is checked against the client's types,
                # which costs as much CPU as the request itself.
                create = self._client.chat.completions.with_raw_response.create
                raw = await create(model=self.model, messages=[], extra_body=arguments)
                content: bytes = raw.content
                return content
        except openai.APIStatusError as error:
            feature = find_refused_feature(error, arguments)
            if feature is not None and self._give_up(feature, arguments):
                raise _Learned from error
            raise classify_status(error, arguments, self._options) from error
        except (openai.APIConnectionError, aiohttp.ClientError, OSError) as error:
            raise Retryable(_describe_connection(error, self._options), lost=True) from error

    def _give_up(self, feature: Feature, arguments: Mapping[str, Any]) -> bool:
        """Learn to do without a refused feature; False where only the user can decide."""
        if feature == "n":
            self._learn("n", False)
            return True
        if self._options.reply_mode != "auto":
            return False
        refused = _MODES.index(arguments["response_format"]["type"])
        known = _MODES.index(self._learnt.get("reply_mode", _MODES[0]))
        self._learn("reply_mode", _MODES[max(refused + 1, known)])
        return True

    def _learn(self, name: str, value: Any) -> None:
        if self._learnt.get(name) != value:
            self._learn_outside(name, value)
            self._learnt[name] = value

    async def _pause(self, error: Retryable, tally: _Tally) -> None:
        """Wait before asking again; raise what it comes to when enough was tried."""
        if tally.retries >= self._options.max_retries:
            await self._conclude(error, tally)
        backoff_s = min(MAX_BACKOFF_S, self._options.first_backoff_s * 2 ** min(tally.retries, 20))
        delay_s = backoff_s * random.uniform(0.5, 1.0)
        if error.retry_after_s is not None:
            delay_s = max(delay_s, min(error.retry_after_s, MAX_RETRY_AFTER_S))
        tally.retries += 1
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(delay_s):
                await self._held.wait()

    async def _conclude(self, error: Retryable, tally: _Tally) -> None:
        message = f"{error} (asked {tally.retries + 1} times)"
        if error.lost and not await self._is_alive():
            raise EndpointGone(
                f"The endpoint {self._client.base_url} cannot be reached: {message}. "
                "Check the address and that the server runs, then resume."
            ) from error
        raise EndpointError(message) from error

    async def _is_alive(self) -> bool:
        """Whether the endpoint answers anything at all, so that only this request is at fault."""
        try:
            async with asyncio.timeout(min(self._options.timeout_s, 20.0)):
                await self._client.models.with_raw_response.list()
        except openai.APIStatusError:
            return True
        except (openai.APIConnectionError, aiohttp.ClientError, OSError):
            return False
        return True


class _Learned(Exception):
    """The request was refused for a feature that the next one does without."""


def _find_key(options: OpenAIOptions) -> str:
    key = os.environ.get(options.api_key_env, "").strip()
    if not key and options.base_url is None:
        raise ConfigError(
            f"No key: set the environment variable {options.api_key_env}, "
            "or give --base-url for an endpoint without."
        )
    if not (key.isascii() and key.isprintable()):
        raise ConfigError(
            f"The environment variable {options.api_key_env} holds characters that no key has: set it anew."
        )
    return key or "none"


def _read_address(base_url: str | None) -> tuple[str | None, dict[str, str]]:
    """The address, and the header for a name and password in it; ConfigError for what is no address."""
    if base_url is None:
        return None, {}
    try:
        parts = urlsplit(base_url)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or re.search(r"\s", base_url):
        raise ConfigError(
            f"--base-url {base_url!r} is no address: give one such as http://localhost:8000/v1."
        )
    credentials, _, host = parts.netloc.rpartition("@")
    if not credentials:
        return base_url, {}
    encoded = base64.b64encode(unquote(credentials).encode()).decode("ascii")
    return parts._replace(netloc=host).geturl(), {"Authorization": f"Basic {encoded}"}


def _speak_of_json(messages: list[dict[str, Any]]) -> bool:
    """OpenAI and others refuse JSON mode for messages in which the word does not occur."""
    texts = [part["text"] for message in messages for part in _parts_of(message) if "text" in part]
    return any("json" in text.lower() for text in texts)


def _parts_of(message: Mapping[str, Any]) -> list[dict[str, Any]]:
    content = message["content"]
    return content if isinstance(content, list) else [{"text": content}]


def _describe_connection(error: Exception, options: OpenAIOptions) -> str:
    """What went wrong at the root: the client calls every lost connection a time-out."""
    chain = [error]
    while isinstance(cause := chain[-1].__cause__, Exception):
        chain.append(cause)
    if any(isinstance(one, TimeoutError) for one in chain):
        return f"no whole reply within {options.timeout_s:g} s"
    return f"connection failed: {chain[-1] or type(chain[-1]).__name__}"
