"""Reads the reply of an embeddings endpoint."""

import asyncio
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import aiohttp
import numpy as np
import openai
from numpy.typing import NDArray
from openai import AsyncOpenAI, HttpxBinaryResponseContent

from irloom.backends.chat.address import find_key, read_address
from irloom.backends.chat.client import open_client
from irloom.backends.chat.complaints import hear
from irloom.backends.chat.limiter import LimiterClosed, Permit
from irloom.backends.chat.living import is_alive
from irloom.backends.chat.pacing import Pacer, Tally
from irloom.backends.chat.refusals import Retryable, classify, describe_connection
from irloom.backends.images import to_data_url
from irloom.errors import EndpointError, EndpointGone, ScoringError, SourceError, StopRun
from irloom.options import OpenAIOptions, ServedOptions
from irloom.protocols import Query


def read_embedding(body: bytes) -> NDArray[np.float32]:
    """The one vector of a reply, made of length 1; Retryable where there is none, or more than one."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Retryable(
            f"the endpoint's reply is not JSON ({error}): {body[:80]!r}", kind="unusable"
        ) from error
    listed = found.get("data") if isinstance(found, dict) else None
    if not isinstance(listed, list) or len(listed) != 1:
        why = f": {str(found['error'])[:200]}" if isinstance(found, dict) and found.get("error") else ""
        raise Retryable(f"the endpoint's reply does not hold one embedding{why}", kind="unusable")
    return _read_numbers(listed[0])


def _read_numbers(row: Any) -> NDArray[np.float32]:
    numbers = row.get("embedding") if isinstance(row, dict) else None
    try:
        vector = np.asarray(numbers, dtype=np.float64)
    except (TypeError, ValueError):
        vector = np.empty(0)
    length = float(np.linalg.norm(vector)) if vector.ndim == 1 else 0.0
    if not (np.isfinite(length) and length > 0):
        raise Retryable("the endpoint's embedding is no list of numbers, or all 0", kind="unusable")
    return (vector / length).astype(np.float32)


class Served:
    """Asks an endpoint for one vector an item, several at a time.

    Beside what an Embedder raises: ConfigError for a missing key or a wrong address, EndpointRefused where
    every item would be refused, EndpointGone where nothing answers for `outage_s`.
    """

    def __init__(self, options: ServedOptions, notify: Callable[[str], None] = lambda _: None) -> None:
        self.name = f"served {options.model}"
        self._options = options
        self._endpoint = OpenAIOptions(
            **{
                name: getattr(options, name)
                for name in OpenAIOptions.model_fields
                if name in ServedOptions.model_fields and name != "kind"
            }
        )
        read_address(options.base_url, find_key(self._endpoint))  # a mistake is told before anything is read
        self._notify = notify
        self._size: int | None = None
        """How many numbers a vector has; None before the first."""

    def embed_queries(self, queries: Sequence[Query]) -> NDArray[np.float32]:
        """One row a query."""
        return self._embed(queries, self._options.query_instruction)

    def embed_images(self, images: Sequence[Path]) -> NDArray[np.float32]:
        """One row an image."""
        return self._embed([Query(image, None) for image in images], self._options.image_instruction)

    def _embed(self, items: Sequence[Query], instruction: str) -> NDArray[np.float32]:
        vectors = asyncio.run(self._ask_all(items, instruction)) if items else []
        for vector in vectors:
            self._size = self._size or len(vector)
            if len(vector) != self._size:
                raise ScoringError(
                    f"{self.name} gives vectors of {self._size} and of {len(vector)} numbers: "
                    "name an endpoint that serves one model"
                )
        return np.stack(vectors) if vectors else np.empty((0, 0), dtype=np.float32)

    async def _ask_all(self, items: Sequence[Query], instruction: str) -> list[NDArray[np.float32]]:
        async with open_client(self._endpoint) as client:
            asking = _Asking(client, self._endpoint, instruction, self._notify)
            try:
                first = await asking.ask(items[0])  # alone, so that a wrong key or model costs one request
                async with asyncio.TaskGroup() as group:
                    rest = [group.create_task(asking.ask(item)) for item in items[1:]]
            except* (ScoringError, SourceError, StopRun) as errors:
                raise _find_first(errors) from None
            finally:
                await asking.close()
            return [first, *(task.result() for task in rest)]


class _Asking:
    """The requests for one block of items."""

    def __init__(
        self, client: AsyncOpenAI, options: OpenAIOptions, instruction: str, notify: Callable[[str], None]
    ) -> None:
        self._client = client
        self._options = options
        self._instruction = instruction
        self._pacer = Pacer(options, str(client.base_url), self._is_alive, self._stop, notify)
        self._gone: EndpointGone | None = None

    async def close(self) -> None:
        """Look no longer after an endpoint that is down."""
        self._pacer.stop()
        await self._pacer.close()

    async def ask(self, item: Query) -> NDArray[np.float32]:
        """The vector of one item, asking again where that helps."""
        tally = Tally()
        while True:
            try:
                with await self._pacer.enter(tally) as permit:
                    return await self._send(item, permit)
            except LimiterClosed:
                raise self._gone or asyncio.CancelledError from None
            except Retryable as error:
                await self._react(error, tally, item)

    async def _react(self, error: Retryable, tally: Tally, item: Query) -> None:
        try:
            await self._pacer.react(error, tally)
        except EndpointError as final:
            raise _explain(item, final) from final

    async def _send(self, item: Query, permit: Permit) -> NDArray[np.float32]:
        content = await asyncio.to_thread(_build_content, item, self._instruction)
        try:
            vector = read_embedding(
                await self._post({"model": self._options.model, "encoding_format": "float", **content})
            )
        except Retryable as error:
            self._pacer.note_trouble(error, permit)
            raise
        except EndpointError as error:
            raise _explain(item, error) from error
        self._pacer.note_reply(permit)
        return vector

    async def _post(self, body: dict[str, Any]) -> bytes:
        """One HTTP request; raises Retryable, EndpointError or StopRun."""
        try:
            async with asyncio.timeout(self._options.timeout_s):
                reply = await self._client.post(
                    "/embeddings",
                    cast_to=HttpxBinaryResponseContent,
                    body=body,
                )
                return reply.content
        except openai.APIStatusError as error:
            raise classify(hear(error), body, self._options) from error
        except (openai.APIConnectionError, aiohttp.ClientError, OSError) as error:
            raise describe_connection(error, self._options) from error

    async def _is_alive(self) -> bool:
        return await is_alive(self._client, self._options.timeout_s)

    def _stop(self, error: EndpointGone) -> None:
        self._gone = error
        self._pacer.stop()


def _build_content(item: Query, instruction: str) -> dict[str, Any]:
    words = f"{instruction}: {item.text}" if item.text is not None else instruction
    if item.image is None:
        return {"input": words}
    try:
        url = to_data_url(item.image)
    except OSError as error:
        raise SourceError(f"{item.image} cannot be sent: {error.strerror or error}") from error
    parts = [{"type": "image_url", "image_url": {"url": url}}, {"type": "text", "text": words}]
    return {"messages": [{"role": "user", "content": parts}]}


def _explain(item: Query, error: EndpointError) -> ScoringError:
    what = repr(item.text) if item.image is None else item.image.name
    return ScoringError(f"{what} cannot be embedded: {error}")


def _find_first(errors: BaseExceptionGroup[Any]) -> BaseException:
    """The error that stops everything, if there is one among them, else any."""
    flat = list(_flatten(errors))
    return next((error for error in flat if isinstance(error, StopRun)), flat[0])


def _flatten(errors: BaseExceptionGroup[Any]) -> Sequence[BaseException]:
    found: list[BaseException] = []
    for error in errors.exceptions:
        found += _flatten(error) if isinstance(error, BaseExceptionGroup) else [error]
    return found
