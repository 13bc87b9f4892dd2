"""Asks for a reply in a form, and once more where it comes in another."""

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol, TypeVar

from irloom.prompts import Prompts
from irloom.protocols import Ask, Asking, ReplyText, Unreadable, read_finally
from irloom.records import Fault

T = TypeVar("T")


class Asked(Protocol):
    """What the context of any flow has."""

    @property
    def calls(self) -> Asking:
        """What asks."""
        ...

    @property
    def prompts(self) -> Prompts:
        """Where the repair is worded."""
        ...


async def ask_in_form(
    context: Asked,
    ask: Ask,
    read: Callable[[ReplyText], T | Unreadable],
    form: str,
    finish: Callable[[ReplyText], T] | None = None,
) -> T | Fault:
    """What was read of the one reply, or of the one repair that it gets; `finish` reads the repair."""
    finish = finish or read_finally(read)
    values = await context.calls.ask(ask, read, finish)
    if isinstance(values, Fault):
        return values
    first = values[0]
    if not isinstance(first, Unreadable):
        return first
    prompt = context.prompts.render("repair", form=form, problem=first.problem, reply=first.text)
    still = ask.temperature == 0  # variety is no matter of the form, but what was asked without it stays so
    again = replace(
        ask,
        place=replace(ask.place, repair=1),
        prompt=prompt,
        images=(),
        temperature=0.0 if still else None,
    )
    repaired = await context.calls.ask(again, finish)
    return repaired if isinstance(repaired, Fault) else repaired[0]
