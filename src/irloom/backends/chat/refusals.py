"""Sorts what an endpoint answers instead of a reply: ask again, give this sample up, or stop the run.

`docs/replies.md` has it as a table.
"""

import re
from collections.abc import Mapping
from typing import Any, Literal

import aiohttp

from irloom.backends.chat import wordings
from irloom.backends.chat.complaints import Complaint
from irloom.backends.chat.redaction import Redaction
from irloom.errors import ContentRefused, EndpointError, EndpointGone, EndpointRefused, IrloomError
from irloom.options import OpenAIOptions
from irloom.protocols import Usage

Feature = Literal["n", "response_format", "prompt_cache_key", "enable_thinking"]
"""What the next request can do without, or set otherwise."""

_RETRIED = frozenset({408, 409, 425, 429})
_OVERLOADED = frozenset({503, 529})
_WRONG_PATH = frozenset({404, 405, 410})
_NO_MODEL = frozenset({"model_not_found", "model_decommissioned", "invalid_model"})
_ABOUT_CONTENT = frozenset({"context_length_exceeded", "content_filter", "content_policy_violation"})
_LONGEST_REFUSAL_S = 300.0
"""What is over sooner is no end of an account, whatever the words."""
_OPTIONS = {
    "temperature": "set `send_temperature = false` under [chat]",
    "seed": "set `send_seed = false` under [chat]",
    "max_tokens": 'set `tokens_parameter = "max_completion_tokens"` under [chat]',
    "max_completion_tokens": 'set `tokens_parameter = "max_tokens"` under [chat]',
    "response_format": 'set `reply_mode = "text"` under [chat]',
    "service_tier": "leave `service_tier` out under [chat]",
}
_BLIND = {
    "debate": "leave `image` out of --judge-sees, or name a model that sees under [roles.debate]",
    "detector": "name a model that sees by --verify, at this endpoint or under [models.NAME]",
    "score": "name a model that sees under [scorer.chat], or choose another scorer",
    "captioner": "name captioners that see (--captioners)",
    "panel": "name judges that see (--judges)",
    "edit/verify": "verify by figures alone (--no-judging), or name a model that sees under [roles.verifier]",
    "edit": 'name a model that sees, or set `kind = "rules"` under [roles.proposer] and [roles.editor]',
    "figure": "switch off what looks at figures (--no-judging --no-quizzing --no-adapting), or name models "
    "that see under [roles.judge] and [roles.quizzer]",
}
"""Advice by whose prompt it was, the first that its name begins with."""


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
        advice: str = "",
    ) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s
        self.kind = kind
        self.usage = usage or Usage()
        """Not empty where a reply came, and cannot be used."""
        self.untold = untold
        """Whether it may have been billed while nobody says how much."""
        self.advice = advice
        """What the user may do where it never gets better."""


def find_refused_feature(complaint: Complaint, arguments: Mapping[str, Any]) -> Feature | None:
    """Which of the features that were sent the endpoint says it does not have, if any; at any status."""
    if _is_about_content(complaint) or complaint.status in _RETRIED:
        return None
    parameter, text = complaint.parameter.split(".")[0], complaint.text
    if wordings.THINKS.search(text) and "enable_thinking" not in arguments:
        return "enable_thinking"
    if "prompt_cache_key" in arguments and _names(complaint, "prompt_cache_key"):
        return "prompt_cache_key"
    if "n" in arguments and (parameter == "n" or _refuses_n(complaint)):
        return "n"
    if "response_format" in arguments and (parameter == "response_format" or _refuses_format(complaint)):
        return "response_format"
    if wordings.UNNAMED_PARAMETER.search(text):
        return "response_format" if "response_format" in arguments else "n" if "n" in arguments else None
    return None


def find_most_replies(complaint: Complaint, n: int) -> int | None:
    """How many replies at once the endpoint gives, where it says so and it is more than one."""
    found = wordings.MOST_N.search(complaint.text)
    most = int(next(filter(None, found.groups()))) if found else 0
    return most if 1 < most < n else None


def is_about_schema(complaint: Complaint) -> bool:
    """Whether it is this schema that is refused, and not the form of reply altogether."""
    return wordings.BAD_SCHEMA.search(complaint.text) is not None


def classify(
    complaint: Complaint, arguments: Mapping[str, Any], options: OpenAIOptions, prompt: str = ""
) -> IrloomError | Retryable:
    """The error that a complaint means for us; `prompt` is the name of what was asked."""
    return (
        _find_stop(complaint, arguments, options, prompt)
        or _find_trouble(complaint, options)
        or _blame_request(complaint, arguments)
    )


def _find_stop(
    complaint: Complaint, arguments: Mapping[str, Any], options: OpenAIOptions, prompt: str
) -> IrloomError | None:
    """What every request would meet, and what concerns only this one although its status says otherwise."""
    status, text, said = complaint.status, complaint.text, complaint.said
    if "logprobs" in arguments and status not in _RETRIED and wordings.NAMES_LOGPROBS.search(text):
        return EndpointRefused(
            f"The endpoint refuses log-probabilities, or so many ({said}): "
            'set `answer = "number"` under [scorer], or lower `top_logprobs` there; '
            "a detector is told so by `--answer number`, in the infrared flow by `--verify-answer number`."
        )
    if ends_account(complaint):
        return EndpointGone(f"The account has no credit left, or is closed ({said}). Top it up, then resume.")
    if status == 403 and is_moderated(complaint):
        return ContentRefused(said)
    if _is_key_refused(complaint):
        return EndpointRefused(
            f"The endpoint refuses the key or the access ({said}). "
            f"Check the environment variable {options.api_key_env}."
        )
    return _find_wrong_request(complaint, arguments, options, prompt)


def _find_wrong_request(
    complaint: Complaint, arguments: Mapping[str, Any], options: OpenAIOptions, prompt: str
) -> IrloomError | None:
    """A parameter, a model, an address or a picture that this endpoint does not take."""
    status, text, said = complaint.status, complaint.text, complaint.said
    feature = find_refused_feature(complaint, arguments) or _find_refused_option(complaint, arguments)
    if feature in _OPTIONS:
        return EndpointRefused(
            f"The endpoint refuses the parameter {feature!r} ({said}): {_OPTIONS[feature]}."
        )
    if feature is not None and feature in options.extra_body:
        return EndpointRefused(
            f"The endpoint refuses the parameter {feature!r} ({said}): "
            "change it or leave it out in `extra_body` under [chat]."
        )
    if feature is None and wordings.UNNAMED_PARAMETER.search(text):
        return EndpointRefused(
            f"The endpoint refuses one of the parameters and does not say which ({said}): set "
            "`send_seed = false`, `send_temperature = false` or another `tokens_parameter` under [chat]."
        )
    if _holds_image(arguments) and wordings.NO_IMAGES.search(text):
        told = (advice for family, advice in _BLIND.items() if prompt.startswith(family))
        advice = next(told, "name a model that sees, or ask without pictures")
        return EndpointRefused(f"The model takes no images ({said}): {advice}.")
    wrong_model = status in {200, 400, 422} and wordings.WRONG_MODEL.search(text)
    if status in _WRONG_PATH or 300 <= status < 400 or complaint.codes & _NO_MODEL or wrong_model:
        if _is_about_content(complaint):
            return None
        return EndpointRefused(
            f"The endpoint does not know model {options.model!r} or this path ({said}). "
            "Check --model and --base-url."
        )
    return None


def _find_trouble(complaint: Complaint, options: OpenAIOptions) -> IrloomError | Retryable | None:
    """What asking again may mend."""
    status, said = complaint.status, complaint.said
    if _is_bad_generation(complaint):
        return Retryable(said, kind="unusable")
    if status == 429 and wordings.NEVER_FITS.search(complaint.text):
        return EndpointError(said)
    if status == 500 and complaint.empty:  # all that `transformers serve` says of an unknown model
        said += f"; see the server's log, and check that it knows the model {options.model!r}"
    if status in _RETRIED or (status >= 500 and status != 501):
        kind: Trouble = "busy" if status == 429 else "overloaded" if status in _OVERLOADED else "failed"
        return Retryable(said, kind=kind, retry_after_s=complaint.retry_after_s)
    return None


def _blame_request(complaint: Complaint, arguments: Mapping[str, Any]) -> IrloomError:
    if _asks_fewer_tokens(complaint, arguments):
        return EndpointRefused(
            f"The endpoint refuses so long a reply ({complaint.said}): lower `max_tokens` under [chat], "
            "or --reply-tokens in evaluations."
        )
    return (ContentRefused if is_moderated(complaint) else EndpointError)(complaint.said)


def ends_account(complaint: Complaint) -> bool:
    """Whether no request will be answered before somebody pays, however that is told."""
    if complaint.status == 402 or complaint.codes & wordings.ACCOUNT_CODES:
        return True
    wait_s = complaint.retry_after_s
    passing = wait_s is not None and wait_s <= _LONGEST_REFUSAL_S
    return not passing and wordings.ACCOUNT_OVER.search(complaint.words) is not None


def is_moderated(complaint: Complaint) -> bool:
    """Whether a filter took offence at what was asked."""
    codes = {"content_filter", "content_policy_violation", "data_inspection_failed"}
    return bool(complaint.codes & codes) or wordings.MODERATED.search(complaint.text) is not None


def _is_key_refused(complaint: Complaint) -> bool:
    if complaint.status in {401, 403} or complaint.codes & wordings.KEY_CODES:
        return True
    return complaint.status not in _RETRIED and wordings.WRONG_KEY.search(complaint.words) is not None


def _is_bad_generation(complaint: Complaint) -> bool:
    """Whether the provider itself threw the model's text away, because it was no JSON."""
    coded = complaint.codes & wordings.INVALID_JSON_CODES
    return bool(coded) or wordings.INVALID_JSON.search(complaint.text) is not None


def _refuses_n(complaint: Complaint) -> bool:
    text = complaint.text
    bounded = wordings.UNSUPPORTED.search(text) or wordings.BOUNDS.search(text)
    named = wordings.NAMES_N.search(text) and bounded
    return bool(wordings.ONE_REPLY.search(text) or named)


def _refuses_format(complaint: Complaint) -> bool:
    text = complaint.text
    if _is_bad_generation(complaint) or wordings.NAMES_FORMAT.search(text) is None:
        return False
    return bool(wordings.UNSUPPORTED.search(text) or wordings.BAD_FORMAT.search(text))


def _find_refused_option(complaint: Complaint, arguments: Mapping[str, Any]) -> str | None:
    """A parameter that was sent and that the endpoint does not take; only the user can leave it out."""
    if _is_about_content(complaint) or complaint.status in _RETRIED:
        return None
    kept = {"model", "messages", "n", "response_format", "prompt_cache_key"}
    return next((name for name in arguments if name not in kept and _names(complaint, name)), None)


def _names(complaint: Complaint, name: str) -> bool:
    """Whether the complaint is that a parameter of this name is not supported."""
    pattern = wordings.SURELY_UNSUPPORTED if complaint.status >= 500 else wordings.UNSUPPORTED
    if pattern.search(complaint.words) is None:
        return False
    if complaint.parameter:
        return complaint.parameter.split(".")[0] == name
    return re.search(rf"(?<![\w.]){re.escape(name)}(?!\w)", complaint.text) is not None


def _asks_fewer_tokens(complaint: Complaint, arguments: Mapping[str, Any]) -> bool:
    """Whether the bound on a reply is beyond what the model can write at all, whatever it is asked."""
    text = f"{complaint.text} {complaint.parameter}"
    sent = [name for name in ("max_tokens", "max_completion_tokens") if name in arguments]
    return (
        any(name in text for name in sent)
        and wordings.TOO_MANY_TOKENS.search(text) is not None
        and not _is_about_content(complaint)
    )


def _is_about_content(complaint: Complaint) -> bool:
    """Whether what was said in this one request is at fault, such as its length."""
    return bool(complaint.codes & _ABOUT_CONTENT or wordings.TOO_LONG.search(complaint.text))


def _holds_image(arguments: Mapping[str, Any]) -> bool:
    return any(isinstance(message["content"], list) for message in arguments.get("messages", ()))


def describe_connection(error: Exception, options: OpenAIOptions) -> Retryable:
    """What went wrong at the root: the client calls every lost connection a time-out."""
    chain = [error]
    while isinstance(cause := chain[-1].__cause__, Exception):
        chain.append(cause)
    if any(isinstance(one, TimeoutError) for one in chain):
        return Retryable(
            f"no whole reply within {options.timeout_s:g} s",
            kind="late",
            untold=True,
            advice="raise `timeout_s` under [chat], or lower `max_in_flight`, if the server is slow",
        )
    never_left = any(isinstance(one, aiohttp.ClientConnectorError) for one in chain)
    why = Redaction.of(options).clean(str(chain[-1]))  # a server's bad first line is part of it
    said = f"connection failed: {why or type(chain[-1]).__name__}"
    return Retryable(said, kind="lost", untold=not never_left)
