"""What an endpoint says instead of a reply: its words, codes and wishes, wherever they stand in the body.

There is no standard: OpenAI puts an object under `error`, Gemini a list around it, FastAPI a list under
`detail`, MiniMax a status under `base_resp`, LM Studio a sentence under `error`, with status 200.
"""

import datetime as dt
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

import openai

from irloom.protocols import Usage

_MOST_CHARACTERS = 2000
_DELAY = re.compile(r"(?P<seconds>\d+(?:\.\d+)?)s?")
_MARKUP = re.compile(r"<(script|style)\b.*?</\1>|<[^>]*>", re.DOTALL | re.IGNORECASE)
_WAITS = ("retry-after", "llm_provider-retry-after", "x-ratelimit-retry-after")
"""LiteLLM hands on what a provider's headers say under names of its own."""


@dataclass(frozen=True, slots=True)
class Complaint:
    """An answer that is no reply."""

    status: int
    text: str
    codes: frozenset[str] = frozenset()
    """Code, type, status and reasons, in lower case: each endpoint puts them into another field."""
    parameter: str = ""
    retry_after_s: float | None = None
    empty: bool = False
    """Whether the body says nothing in any known place."""

    @property
    def said(self) -> str:
        """The status and the beginning of the words, for messages."""
        return f"HTTP {self.status}: {self.text[:300]}"

    @property
    def words(self) -> str:
        """The words and the codes in one text."""
        return f"{self.text} {' '.join(sorted(self.codes))}"


class Complained(Exception):
    """A reply with status 200 that holds a complaint in place of a text."""

    def __init__(self, complaint: Complaint, usage: Usage, untold: bool) -> None:
        super().__init__(complaint.said)
        self.complaint = complaint
        self.usage = usage
        self.untold = untold


def hear(error: openai.APIStatusError) -> Complaint:
    """What came with an HTTP status."""
    body = _find_error(error.body)
    waits = [read_delay(error.response.headers.get(name, "")) for name in _WAITS]
    wanted = [wait for wait in [*waits, _find_delay(body)] if wait is not None]
    raw = error.response.text or error.message
    return Complaint(
        status=error.status_code,
        text=_tidy(_say(body) or strip_markup(raw)),
        codes=_codes_of(body),
        parameter=_parameter_of(body),
        retry_after_s=max(wanted, default=None),
        empty=not body,
    )


def hear_body(found: Mapping[str, Any]) -> Complaint | None:
    """What a body says that came with status 200 and holds no choice; None where it says nothing.

    A code in it counts as the status, and 200 stays where there is none.
    """
    body = _find_error(found)
    text = _say(body)
    if not text:
        return None
    status = next((code for code in map(_as_status, _numbers_of(body, found)) if code), 200)
    return Complaint(status, _tidy(text), _codes_of(body), _parameter_of(body), _find_delay(body))


def read_delay(value: str) -> float | None:
    """Seconds to wait, given as seconds (`2`, `0.5s`) or as a date; None for what is neither."""
    if (match := _DELAY.fullmatch(value.strip())) is not None:
        return float(match["seconds"])
    if re.fullmatch(r"-\d+(\.\d+)?", value.strip()):
        return 0.0
    try:
        when = parsedate_to_datetime(value)
    except ValueError:
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=dt.UTC)
    return max(0.0, (when - dt.datetime.now(dt.UTC)).total_seconds())


def strip_markup(text: str) -> str:
    """The words of a page, so that a message shows them and not its head."""
    return _MARKUP.sub(" ", text) if "<" in text else text


def _find_error(body: object) -> Mapping[str, Any]:
    """The object that holds the message, whatever stands around it."""
    if isinstance(body, list) and body:
        return _find_error(body[0])
    if not isinstance(body, Mapping):
        return {}
    inner = body.get("error")
    if isinstance(inner, str) and inner.strip().startswith("{"):
        inner = _parse(inner) or inner
    if isinstance(inner, Mapping | list) and inner:
        return _find_error(inner)
    if isinstance(inner, str) and inner:
        return {**body, "message": body.get("message") or inner}
    base = body.get("base_resp")
    return base if isinstance(base, Mapping) and base.get("status_code") else body


def _parse(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _say(body: Mapping[str, Any]) -> str:
    detail = body.get("detail")
    if isinstance(detail, list):
        return "; ".join(_say_detail(one) for one in detail)
    said = [body.get(name) for name in ("message", "detail", "status_msg", "msg", "error_description")]
    first = next((str(one) for one in said if one), "")
    return " ".join(part for part in (first, _find_original(body)) if part)


def _say_detail(one: object) -> str:
    """A mistake as FastAPI reports it, without the input, which is the prompt."""
    if not isinstance(one, Mapping):
        return str(one)
    where = [str(part) for part in one.get("loc", ()) if part != "body"]
    return f"{'.'.join(map(repr, where))}: {one.get('msg', '')}"


def _find_original(body: Mapping[str, Any]) -> str:
    """What the provider behind a router said (OpenRouter)."""
    metadata = body.get("metadata")
    raw = metadata.get("raw") if isinstance(metadata, Mapping) else None
    return str(raw) if raw else ""


def _codes_of(body: Mapping[str, Any]) -> frozenset[str]:
    """Code and type: some endpoints put into one what others put into the other."""
    values = [body.get(name) for name in ("code", "type", "status", "status_code")]
    values += [one.get("reason") for one in _details_of(body)]
    return frozenset(str(value).lower() for value in values if value)


def _details_of(body: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    details = body.get("details")
    return [one for one in details if isinstance(one, Mapping)] if isinstance(details, list) else []


def _find_delay(body: Mapping[str, Any]) -> float | None:
    """Google's `retryDelay`."""
    found = [one.get("retryDelay") for one in _details_of(body)]
    return next((read_delay(value) for value in found if isinstance(value, str)), None)


def _parameter_of(body: Mapping[str, Any]) -> str:
    if body.get("param"):
        return str(body["param"])
    detail = body.get("detail")
    listed = detail if isinstance(detail, list) else []
    places = [one.get("loc") for one in listed if isinstance(one, Mapping)]
    names = [str(place[1]) for place in places if isinstance(place, list) and len(place) > 1]
    return names[0] if names else ""


def _numbers_of(body: Mapping[str, Any], found: Mapping[str, Any]) -> list[Any]:
    names = ("code", "status", "status_code", "error_code")
    return [part.get(name) for part in (body, found) for name in names]


def _as_status(code: object) -> int | None:
    number = int(code) if isinstance(code, str) and code.isdigit() else code
    return number if isinstance(number, int) and 400 <= number <= 599 else None


def _tidy(text: str) -> str:
    return " ".join(text.split())[:_MOST_CHARACTERS]
