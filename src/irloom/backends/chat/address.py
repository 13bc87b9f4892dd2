"""Where an endpoint is and how it is entered: the address, credentials in it, and the key."""

import base64
import os
import re
from urllib.parse import unquote, urlsplit

from irloom.errors import ConfigError
from irloom.options import OpenAIOptions


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


def read_address(base_url: str | None) -> tuple[str | None, dict[str, str]]:
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
