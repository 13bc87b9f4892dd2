"""Opens the client of an endpoint: the one place where what an endpoint says comes in."""

from typing import Any

from openai import AsyncOpenAI, DefaultAioHttpClient

from irloom.backends.chat.address import find_key, read_address
from irloom.backends.chat.redaction import Redaction
from irloom.options import OpenAIOptions

_OF_THE_WIRE = frozenset({b"content-encoding", b"content-length", b"transfer-encoding"})


def open_client(options: OpenAIOptions) -> AsyncOpenAI:
    """A client that repeats nothing by itself and whose replies hold none of the secrets it sends.

    Raises ConfigError for a missing key or a wrong address.
    """
    key = find_key(options)
    address = read_address(options.base_url, key)
    return AsyncOpenAI(
        api_key=key,
        base_url=address.base_url,
        default_headers=address.headers,
        default_query=address.query,
        max_retries=0,
        timeout=options.timeout_s,
        http_client=_Discreet(Redaction.of(options), options.timeout_s),
    )


class _Discreet(DefaultAioHttpClient):
    """Cleans each reply, headers and body, before anything reads it."""

    def __init__(self, redaction: Redaction, timeout_s: float) -> None:
        super().__init__(timeout=timeout_s)
        self._redaction = redaction

    async def send(self, *given: Any, **options: Any) -> Any:
        response = await super().send(*given, **options)
        if options.get("stream"):
            return response
        body = self._redaction.clean_bytes(response.content)
        headers = [(name, self._redaction.clean_bytes(value)) for name, value in response.headers.raw]
        if body is response.content and headers == response.headers.raw:
            return response
        kept = [(name, value) for name, value in headers if name.lower() not in _OF_THE_WIRE]
        return type(response)(response.status_code, headers=kept, content=body, request=response.request)
