"""Where an endpoint is and how it is entered: the address, credentials in it, and the key."""

import base64
import os
import re
from typing import NamedTuple
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from irloom.addresses import strip_credentials
from irloom.errors import ConfigError
from irloom.options import OpenAIOptions

_SERVICE = re.compile(r"/(chat/completions|completions|embeddings|responses|models)/*$")
"""What a client adds by itself, and people copy along."""
_VERSIONED = re.compile(r"/v\d|/openai\b|/deployments/|/compatible-mode/")
_AZURE = (".openai.azure.com", ".cognitiveservices.azure.com", ".services.ai.azure.com")


class Address(NamedTuple):
    """An address as the client takes it."""

    base_url: str | None
    headers: dict[str, str]
    query: dict[str, str]
    """What stood behind `?`, such as Azure's `api-version`; it goes with each request."""


def find_key(options: OpenAIOptions) -> str:
    """The key from the environment, or a stand-in for an endpoint that needs none."""
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


def read_address(base_url: str | None, key: str = "") -> Address:
    """The address without credentials, query and service; ConfigError for what is no address.

    A name and password become a header. Azure wants its key in a header of its own.
    """
    if base_url is None:
        return Address(None, {}, {})
    try:
        parts = urlsplit(base_url)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or re.search(r"\s", base_url):
        raise ConfigError(
            f"--base-url {strip_credentials(base_url)!r} is no address: give one such as http://localhost:8000/v1."
        )
    query = dict(parse_qsl(parts.query))
    headers = {"api-key": key} if key and "api-version" in query else {}
    credentials, _, host = parts.netloc.rpartition("@")
    bare = parts._replace(netloc=host, path=_SERVICE.sub("", parts.path), query="", fragment="")
    if not credentials:
        return Address(bare.geturl(), headers, query)
    encoded = base64.b64encode(unquote(credentials).encode()).decode("ascii")
    return Address(bare.geturl(), {**headers, "Authorization": f"Basic {encoded}"}, query)


def guess_addresses(base_url: str) -> list[str]:
    """Where the endpoint may be instead, if this address has no version in it; the likeliest first."""
    parts = urlsplit(base_url)
    root = parts._replace(path="", query="")
    if (parts.hostname or "").endswith(_AZURE):
        return _guess_azure(parts, root)
    if _VERSIONED.search(parts.path):
        return []
    guesses = [_append(parts, "/v1"), _append(root, "/v1"), _append(root, "/api/v1")]
    return list(dict.fromkeys(guesses))


def _guess_azure(parts: SplitResult, root: SplitResult) -> list[str]:
    """Azure has one surface by deployment, which needs a version behind `?`, and a newer one without."""
    if "/deployments/" in parts.path:
        return [] if "api-version" in parts.query else [f"{parts.geturl()}?api-version=2024-10-21"]
    return [] if parts.path.rstrip("/").endswith("/openai/v1") else [_append(root, "/openai/v1")]


def _append(parts: SplitResult, path: str) -> str:
    return parts._replace(path=parts.path.rstrip("/") + path).geturl()
