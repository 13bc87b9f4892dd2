"""Sorts what an endpoint answers instead of a reply: ask again, give this sample up, or stop the run."""

import datetime as dt
import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any

import openai

from irloom.config import OpenAIOptions
from irloom.errors import EndpointError, EndpointGone, EndpointRefused
from irloom.ports import Usage

_RETRIED = frozenset({408, 409, 425, 429})
_UNSUPPORTED = re.compile(
    r"unsupported|not support|unrecogni[sz]ed|unexpected|unknown|not allowed|not permitted|extra (inputs|fields)"
    r"|not available|not implemented|invalid (value|type|parameter|'?response_format)|must be (one|1|text)"
    r"|only .{0,40}supported",
    re.IGNORECASE,
)
_OPTIONS = {
    "temperature": "set `send_temperature = false` under [chat]",
    "seed": "set `send_seed = false` under [chat]",
    "max_tokens": 'set `tokens_parameter = "max_completion_tokens"` under [chat]',
    "max_completion_tokens": 'set `tokens_parameter = "max_tokens"` under [chat]',
    "response_format": 'set `reply_mode = "text"` under [chat]',
    "n": "set `send_n = false` under [chat]",
}


class Retryable(Exception):
    """Asking again may help."""

    def __init__(
        self,
        message: str,
        *,
        retry_after_s: float | None = None,
        lost: bool = False,
        replied: bool = False,
        usage: Usage | None = None,
    ) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s
        self.lost = lost
        """The connection failed, rather than the endpoint refusing."""
        self.replied = replied
        """A reply came, and cannot be used."""
        self.usage = usage or Usage()


def find_refused_feature(error: openai.APIStatusError, arguments: Mapping[str, Any]) -> str | None:
    """Which of the parameters that were sent the endpoint says it does not take, if any."""
    if error.status_code not in {400, 404, 422, 501}:
        return None
    parameter, text = _parameter_of(error), _message_of(error)
    sent = [name for name in _OPTIONS if name in arguments]
    named = [name for name in sent if parameter == name or parameter.startswith(f"{name}.")]
    if named and _UNSUPPORTED.search(f"{text} {_code_of(error)}"):
        return named[0]
    if not _UNSUPPORTED.search(text):
        return None
    quoted = [
        name for name in sent if re.search(rf"(?<![\w]){re.escape(name)}(?![\w])", text) and len(name) > 1
    ]
    if "n" in sent and re.search(r"['\"`]n['\"`]|\bn ?(>|=|must|is not|parameter)|parameter n\b", text):
        quoted.append("n")
    if "response_format" in sent and re.search(r"json_schema|json_object|guided|structured output", text):
        quoted.append("response_format")
    return quoted[0] if quoted else None


def classify_status(error: openai.APIStatusError, options: OpenAIOptions) -> Exception:
    """The error that an HTTP status means for us."""
    status, text, code = error.status_code, _message_of(error), _code_of(error)
    said = f"HTTP {status}: {text[:300]}"
    if status in {401, 403}:
        return EndpointRefused(
            f"The endpoint refuses the key or the access ({said}). Check the environment variable {options.api_key_env}."
        )
    if status == 404 or code == "model_not_found":
        return EndpointRefused(
            f"The endpoint does not know model {options.model!r} or this path ({said}). Check --model and --base-url."
        )
    if code == "insufficient_quota" or status == 402:
        return EndpointGone(f"The account has no credit left ({said}). Top it up, then resume.")
    if status in _RETRIED or status >= 500:
        return Retryable(said, retry_after_s=_retry_after(error))
    feature = _parameter_of(error).split(".")[0]
    if feature in _OPTIONS and _UNSUPPORTED.search(f"{text} {code}"):
        return EndpointRefused(
            f"The endpoint refuses the parameter {feature!r} ({said}): {_OPTIONS[feature]}."
        )
    for name in ("temperature", "seed", "max_tokens", "max_completion_tokens"):
        if re.search(rf"\b{name}\b", text) and _UNSUPPORTED.search(text):
            return EndpointRefused(f"The endpoint refuses the parameter {name!r} ({said}): {_OPTIONS[name]}.")
    return EndpointError(said)


def _retry_after(error: openai.APIStatusError) -> float | None:
    """Seconds to wait, given as seconds or as a date."""
    value = error.response.headers.get("retry-after", "")
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        when = parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, (when - dt.datetime.now(dt.UTC)).total_seconds())


def _body_of(error: openai.APIStatusError) -> Mapping[str, Any]:
    body = error.body
    if isinstance(body, Mapping):
        inner = body.get("error", body)
        return inner if isinstance(inner, Mapping) else {"message": str(inner)}
    return {}


def _message_of(error: openai.APIStatusError) -> str:
    return " ".join(str(_body_of(error).get("message") or error.message).split())


def _code_of(error: openai.APIStatusError) -> str:
    return str(_body_of(error).get("code") or "")


def _parameter_of(error: openai.APIStatusError) -> str:
    return str(_body_of(error).get("param") or "")
