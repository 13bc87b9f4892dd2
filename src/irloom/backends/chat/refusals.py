"""Sorts what an endpoint answers instead of a reply: ask again, give this sample up, or stop the run."""

import datetime as dt
import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any, Literal

import aiohttp
import openai

from irloom.errors import EndpointError, EndpointGone, EndpointRefused, IrloomError
from irloom.options import OpenAIOptions
from irloom.protocols import Usage

Feature = Literal["n", "response_format"]
"""What the next request can do without."""

_RETRIED = frozenset({408, 409, 425, 429})
_OVERLOADED = frozenset({503, 529})
_WRONG_PATH = frozenset({404, 405, 410})
_REFUSING = frozenset({400, 404, 422, 500, 501})
"""Statuses that come with a refused parameter; llama.cpp says 500."""
_NO_CREDIT = frozenset({"insufficient_quota", "billing_hard_limit_reached"})
_NO_MODEL = frozenset({"model_not_found", "model_decommissioned", "invalid_model"})
_UNSUPPORTED = re.compile(
    r"unsupported|not support|unrecogni[sz]ed|unexpected|unknown|not allowed|not permitted"
    r"|extra (inputs|fields)|not available|unavailable|not implemented"
    r"|invalid (value|type|parameter|'?response_format)|must be (one|1|text)|only .{0,40}supported",
    re.IGNORECASE,
)
_ONE_REPLY = re.compile(
    r"(only|at most|exactly|just) (one|1|a single) (completion |response )?"
    r"(choice|candidate|completion|response)|multiple (candidates|choices|completions|responses)",
    re.IGNORECASE,
)
_NAMES_N = re.compile(r"['\"`]n['\"`]|\bn ?(>|=|must|is not|parameter)|parameter n\b")
_BOUNDS = re.compile(r"at most|less than or equal|no more than|(must|should) be|greater than", re.IGNORECASE)
_NAMES_FORMAT = re.compile(
    r"response.?format|json.?schema|json_object|guided|structured output|grammar", re.IGNORECASE
)
_BAD_FORMAT = re.compile(r"must be|failed to (parse|compile)|invalid schema", re.IGNORECASE)
_TOO_LONG = re.compile(r"context (length|window|size)|input tokens|prompt is too long", re.IGNORECASE)
_TOO_MANY_TOKENS = re.compile(r"too large|at most|less than or equal|no more than|exceeds", re.IGNORECASE)
_WRONG_MODEL = re.compile(
    r"(invalid|unknown|no such) model\b|not a valid model|server is pinned to"
    r"|model .{0,120}(does not exist|not found|decommissioned)",
    re.IGNORECASE,
)
_NO_IMAGES = re.compile(
    r"image_url is only supported|(does|do) not support (image|vision|multimodal)"
    r"|image input is not supported|not a multimodal|at most 0 image",
    re.IGNORECASE,
)
_NAMES_LOGPROBS = re.compile(r"log.?prob", re.IGNORECASE)
_NEVER_FITS = re.compile(r"request too large|tokens must be reduced", re.IGNORECASE)
"""A rate limit that this one request is above by itself, however long it waits."""
_MODERATED = re.compile(r"flagged|moderation|content (policy|filter)|safety", re.IGNORECASE)
_OPTIONS = {
    "temperature": "set `send_temperature = false` under [chat]",
    "seed": "set `send_seed = false` under [chat]",
    "max_tokens": 'set `tokens_parameter = "max_completion_tokens"` under [chat]',
    "max_completion_tokens": 'set `tokens_parameter = "max_tokens"` under [chat]',
    "response_format": 'set `reply_mode = "text"` under [chat]',
}


Trouble = Literal["busy", "overloaded", "failed", "lost", "late", "unusable"]
"""429; another status that says too much; other trouble of the server; no connection; no reply in time;
a reply without sense."""


class Retryable(Exception):
    """Asking again may help."""

    def __init__(
        self,
        message: str,
        *,
        kind: Trouble = "failed",
        retry_after_s: float | None = None,
        usage: Usage | None = None,
        untold: bool = False,
    ) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s
        self.kind = kind
        self.usage = usage or Usage()
        """Not empty where a reply came, and cannot be used."""
        self.untold = untold
        """Whether it may have been billed while nobody says how much."""


def find_refused_feature(error: openai.APIStatusError, arguments: Mapping[str, Any]) -> Feature | None:
    """Which of the features that were sent the endpoint says it does not have, if any."""
    if error.status_code not in _REFUSING or _is_about_content(error):
        return None
    parameter, text = _parameter_of(error), _message_of(error)
    unsupported = _UNSUPPORTED.search(text)
    if "n" in arguments:
        named = _NAMES_N.search(text) and (unsupported or _BOUNDS.search(text))
        if parameter == "n" or _ONE_REPLY.search(text) or named:
            return "n"
    if "response_format" in arguments:
        named = _NAMES_FORMAT.search(text) and (unsupported or _BAD_FORMAT.search(text))
        if parameter.split(".")[0] == "response_format" or named:
            return "response_format"
    return None


def classify_status(
    error: openai.APIStatusError, arguments: Mapping[str, Any], options: OpenAIOptions
) -> IrloomError | Retryable:
    """The error that an HTTP status means for us."""
    status, text, codes = error.status_code, _message_of(error), _codes_of(error)
    said = f"HTTP {status}: {text[:300]}"
    if "logprobs" in arguments and status in _REFUSING | {403} and _NAMES_LOGPROBS.search(text):
        return EndpointRefused(
            f"The endpoint refuses log-probabilities, or so many ({said}): "
            'set `answer = "number"` under [scorer], or lower `top_logprobs` there.'
        )
    if status == 403 and _MODERATED.search(text):
        return EndpointError(said)
    if status in {401, 403}:
        return EndpointRefused(
            f"The endpoint refuses the key or the access ({said}). "
            f"Check the environment variable {options.api_key_env}."
        )
    if status == 402 or codes & _NO_CREDIT:
        return EndpointGone(f"The account has no credit left ({said}). Top it up, then resume.")
    feature = find_refused_feature(error, arguments) or _find_refused_option(error, arguments)
    if feature in _OPTIONS:
        return EndpointRefused(
            f"The endpoint refuses the parameter {feature!r} ({said}): {_OPTIONS[feature]}."
        )
    wrong_model = status in {400, 422} and _WRONG_MODEL.search(text) and not _is_about_content(error)
    if status in _WRONG_PATH or 300 <= status < 400 or codes & _NO_MODEL or wrong_model:
        return EndpointRefused(
            f"The endpoint does not know model {options.model!r} or this path ({said}). "
            "Check --model and --base-url."
        )
    if _holds_image(arguments) and _NO_IMAGES.search(text):
        return EndpointRefused(
            f"The model takes no images ({said}): leave `image` out of --judge-sees, "
            "and for the scorer `vqa` name a model that sees under [scorer.chat]."
        )
    if status == 429 and _NEVER_FITS.search(text):
        return EndpointError(said)
    if status == 500 and not _body_of(error):  # all that `transformers serve` says of an unknown model
        said += f"; see the server's log, and check that it knows the model {options.model!r}"
    if status in _RETRIED or (status >= 500 and status != 501):
        kind: Trouble = "busy" if status == 429 else "overloaded" if status in _OVERLOADED else "failed"
        return Retryable(said, kind=kind, retry_after_s=_retry_after(error))
    if _asks_fewer_tokens(error, arguments):
        return EndpointRefused(
            f"The endpoint refuses so long a reply ({said}): lower `max_tokens` under [chat]."
        )
    return EndpointError(said)


def _find_refused_option(error: openai.APIStatusError, arguments: Mapping[str, Any]) -> str | None:
    """A parameter that was sent and that the endpoint does not take; only the user can leave it out."""
    if error.status_code not in _REFUSING - {500} or _is_about_content(error):
        return None
    parameter, text = _parameter_of(error).split(".")[0], _message_of(error)
    if not _UNSUPPORTED.search(f"{text} {' '.join(_codes_of(error))}"):
        return None
    sent = [name for name in _OPTIONS if name in arguments and name != "response_format"]
    named = [name for name in sent if re.search(rf"(?<!\w){name}(?!\w)", text)]
    return parameter if parameter in sent else named[0] if named else None


def _asks_fewer_tokens(error: openai.APIStatusError, arguments: Mapping[str, Any]) -> bool:
    """Whether the bound on a reply is beyond what the model can write at all, whatever it is asked."""
    text = f"{_message_of(error)} {_parameter_of(error)}"
    sent = [name for name in ("max_tokens", "max_completion_tokens") if name in arguments]
    return (
        any(name in text for name in sent)
        and _TOO_MANY_TOKENS.search(text) is not None
        and not _is_about_content(error)
    )


def _is_about_content(error: openai.APIStatusError) -> bool:
    """Whether what was said in this one request is at fault, such as its length."""
    codes, text = _codes_of(error), _message_of(error)
    return bool(
        codes & {"context_length_exceeded", "content_filter", "content_policy_violation"}
        or _TOO_LONG.search(text)
    )


def _holds_image(arguments: Mapping[str, Any]) -> bool:
    return any(isinstance(message["content"], list) for message in arguments.get("messages", ()))


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
    if when.tzinfo is None:
        when = when.replace(tzinfo=dt.UTC)
    return max(0.0, (when - dt.datetime.now(dt.UTC)).total_seconds())


def _body_of(error: openai.APIStatusError) -> Mapping[str, Any]:
    body = error.body
    if isinstance(body, Mapping):
        inner = body.get("error", body)
        return inner if isinstance(inner, Mapping) else {"message": str(inner)}
    return {}


def _message_of(error: openai.APIStatusError) -> str:
    """What the endpoint says, in its own words; the whole body where they stand in no known place."""
    body = _body_of(error)
    said = body.get("message") or body.get("detail") or error.response.text or error.message
    return " ".join(str(said).split())


def _codes_of(error: openai.APIStatusError) -> set[str]:
    """Code and type: some endpoints put into one what others put into the other."""
    return {str(_body_of(error).get(name) or "") for name in ("code", "type")}


def _parameter_of(error: openai.APIStatusError) -> str:
    return str(_body_of(error).get("param") or "")


def describe_connection(error: Exception, options: OpenAIOptions) -> Retryable:
    """What went wrong at the root: the client calls every lost connection a time-out."""
    chain = [error]
    while isinstance(cause := chain[-1].__cause__, Exception):
        chain.append(cause)
    if any(isinstance(one, TimeoutError) for one in chain):
        return Retryable(f"no whole reply within {options.timeout_s:g} s", kind="late", untold=True)
    never_left = any(isinstance(one, aiohttp.ClientConnectorError) for one in chain)
    said = f"connection failed: {chain[-1] or type(chain[-1]).__name__}"
    return Retryable(said, kind="lost", untold=not never_left)
