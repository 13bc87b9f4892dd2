"""Reads an event stream that nobody asked for, as some proxies send whatever they are asked for."""

import json
from collections.abc import Iterator, Mapping
from typing import Any


def is_stream(body: bytes) -> bool:
    """Whether a body is a stream of server-sent events."""
    return body.lstrip()[:6].startswith((b"data:", b"event:", b": "))


def read_stream(body: bytes) -> dict[str, Any] | None:
    """The completion that a stream's events make up; None where it is cut or holds no completion."""
    whole: dict[str, Any] = {}
    choices: dict[int, dict[str, Any]] = {}
    ended = False
    for event in _read_events(body):
        if event is None:
            ended = True
            continue
        if event.get("error"):
            return event
        whole |= {name: value for name, value in event.items() if name != "choices" and value is not None}
        for part in event.get("choices") or ():
            _add_part(choices, part)
    finished = choices and all(choice.get("finish_reason") for choice in choices.values())
    if not (finished or (ended and choices)):
        return None
    return {**whole, "choices": [choices[index] for index in sorted(choices)]}


def _read_events(body: bytes) -> Iterator[dict[str, Any] | None]:
    """Each event's object; None for the mark of the end."""
    for line in body.decode("utf-8", "replace").splitlines():
        if not line.startswith("data:"):
            continue
        data = line.removeprefix("data:").strip()
        if data == "[DONE]":
            yield None
            continue
        try:
            event = json.loads(data)
        except (ValueError, RecursionError):
            return  # cut in the middle of an event
        if isinstance(event, dict):
            yield event


def _add_part(choices: dict[int, dict[str, Any]], part: object) -> None:
    if not isinstance(part, Mapping):
        return
    choice = choices.setdefault(part.get("index") or 0, {"message": {"content": ""}})
    delta = part.get("delta") or part.get("message") or {}
    for name in ("content", "reasoning", "reasoning_content", "refusal"):
        if isinstance(delta, Mapping) and isinstance(delta.get(name), str):
            choice["message"][name] = choice["message"].get(name, "") + delta[name]
    for name in ("finish_reason", "logprobs"):
        if part.get(name) is not None:
            choice[name] = part[name]
