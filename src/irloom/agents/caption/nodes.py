"""The steps of the Caption Agent up to its choice (Infrared-LLaVA, section 3.1)."""

import asyncio
from collections.abc import Callable, Sequence

from langgraph.runtime import Runtime

from irloom.agents.caption.candidates import covers_all, find_breaks, is_clean
from irloom.agents.caption.consensus import find_outliers
from irloom.agents.caption.replies import (
    ALL_CAPTIONS_FORM,
    Nothing,
    build_schema,
    read_all_captions,
    read_caption,
)
from irloom.agents.caption.state import CaptionContext, CaptionState, Filtered, OneCaption, list_waiting
from irloom.agents.context import here, list_lines
from irloom.errors import ModelReplyError
from irloom.protocols import Ask, ReplyText, Unreadable
from irloom.records import Fault

NOTHING_LEFT = "nothing of it would be left"


async def translate(state: CaptionState, runtime: Runtime[CaptionContext]) -> CaptionState:
    """Turn the visible image into an infrared one, which keeps captions and boxes valid."""
    infrared = await runtime.context.actions.translate()
    return {"faults": [infrared]} if isinstance(infrared, Fault) else {"infrared": infrared}


async def sort_captions(state: CaptionState, runtime: Runtime[CaptionContext]) -> CaptionState:
    """Drop outliers, and set aside what nobody need be asked about."""
    context, sample, rules = runtime.context, state["sample"], state["rules"]
    config, lexicon = context.config, context.actions.lexicon
    if not config.filtering:
        return {"filtered": [Filtered(caption=index, asked=False) for index in range(len(sample.captions))]}
    outliers = (
        find_outliers(sample.captions, sample.boxes, context.actions.annotated) if config.checks else []
    )
    dropped = {one.caption for one in outliers}
    spares = not config.filter_all and covers_all(rules, lexicon)
    clean = [
        Filtered(caption=index, asked=False)
        for index, text in enumerate(sample.captions)
        if spares and index not in dropped and is_clean(text, rules, lexicon)
    ]
    return {"rejected": outliers, "filtered": clean}


async def filter_caption(state: OneCaption, runtime: Runtime[CaptionContext]) -> CaptionState:
    """Rewrite one caption under the standing rules, several times."""
    context, original = runtime.context, state["text"]
    prompt = context.prompts.render("caption/filter", caption=original, rules=list_lines(state["rules"]))
    ask = Ask(
        here("caption", "filter", caption=state["caption"]),
        prompt,
        n=context.config.candidates,
        temperature=context.config.temperature,
        longest=3 * len(original) + 200,
    )
    read = await context.calls.ask(ask, lambda reply: read_caption(reply, original), _read_again(original))
    return {"faults": [read]} if isinstance(read, Fault) else {"filtered": [_take(state["caption"], read)]}


async def filter_all(state: CaptionState, runtime: Runtime[CaptionContext]) -> CaptionState:
    """Rewrite all captions of the image that need it in one structured request."""
    context = runtime.context
    captions = _list_texts(state)
    prompt = context.prompts.render(
        "caption/filter_all",
        captions="\n".join(f"{number}. {text}" for number, text in enumerate(captions, 1)),
        rules=list_lines(state["rules"]),
        count=str(context.config.candidates),
    )
    ask = Ask(
        here("caption", "filter"),
        prompt,
        temperature=context.config.temperature,
        schema=build_schema(len(captions), context.config.candidates),
    )

    def read_rewrites(reply: ReplyText) -> tuple[tuple[str, ...], ...] | Unreadable:
        return read_all_captions(reply, captions)

    read = await context.calls.ask(ask, read_rewrites, finish=read_rewrites)
    if isinstance(read, Fault) or not isinstance(read[0], Unreadable):
        return _take_all(read, state)
    return {"unreadable": (read[0].text, read[0].problem)}


async def repair_all(state: CaptionState, runtime: Runtime[CaptionContext]) -> CaptionState:
    """Ask once more for a reply that was not in the form asked for."""
    context, captions = runtime.context, _list_texts(state)
    text, problem = state["unreadable"]
    prompt = context.prompts.render("repair", form=ALL_CAPTIONS_FORM, problem=problem, reply=text)
    schema = build_schema(len(captions), context.config.candidates)
    ask = Ask(here("caption", "filter", repair=1), prompt, schema=schema)
    return _take_all(await context.calls.ask(ask, lambda reply: read_all_captions(reply, captions)), state)


async def ask_again(state: CaptionState, runtime: Runtime[CaptionContext]) -> CaptionState:
    """Ask once more, with the words named, where whatever was written breaks a rule, or nothing was."""
    stuck = [one for one in state.get("filtered", []) if _is_stuck(one, state, runtime.context)]
    answers = await asyncio.gather(*(_ask_again(one, state, runtime.context) for one in stuck))
    return {
        "again": [one for one in answers if isinstance(one, Filtered)],
        "faults": [one for one in answers if isinstance(one, Fault)],
    }


async def _ask_again(one: Filtered, state: CaptionState, context: CaptionContext) -> Filtered | Fault:
    original, rules = state["sample"].captions[one.caption], state["rules"]
    words = [
        word for text in (original, *one.texts) for word in find_breaks(text, rules, context.actions.lexicon)
    ]
    prompt = context.prompts.render(
        "caption/again",
        caption=original,
        rules=list_lines(rules),
        words=", ".join(dict.fromkeys(word.lower() for word in words)),
    )
    ask = Ask(
        here("caption", "filter", caption=one.caption, repair=1),
        prompt,
        temperature=context.config.temperature,
        longest=3 * len(original) + 200,
    )
    read = await context.calls.ask(ask, _read_again(original))
    if not isinstance(read, Fault):
        return _take(one.caption, read)
    # An endpoint that gives no reply to read is a rule's work, too; one that cannot be asked is asked later.
    return Filtered(caption=one.caption) if read.error == ModelReplyError.__name__ else read


def _read_again(original: str) -> Callable[[ReplyText], str | Nothing | Unreadable]:
    """A reader for the second request: what the model will not write is finished by rule."""

    def read(reply: ReplyText) -> str | Nothing | Unreadable:
        try:
            return read_caption(reply, original)
        except ModelReplyError as error:
            return Unreadable(reply.text, str(error))

    return read


def _is_stuck(one: Filtered, state: CaptionState, context: CaptionContext) -> bool:
    """Whether no candidate can win yet; where nothing would be left a second request says the same."""
    if not one.asked or one.nothing is not None:
        return False
    if not one.texts:
        return True
    if context.config.original == "allow":
        return False
    texts = (*one.texts, state["sample"].captions[one.caption])
    return not any(is_clean(text, state["rules"], context.actions.lexicon) for text in texts)


def _list_texts(state: CaptionState) -> list[str]:
    return [state["sample"].captions[index] for index in list_waiting(state)]


def _take(caption: int, read: Sequence[str | Nothing | Unreadable]) -> Filtered:
    """What can be read of some replies, each once; that nothing is left counts where none says what is."""
    texts = tuple(dict.fromkeys(text for text in read if isinstance(text, str)))
    nothing = next((one.reason for one in read if isinstance(one, Nothing)), None)
    return Filtered(caption=caption, texts=texts, nothing=None if texts else nothing)


def _take_all(
    read: tuple[tuple[tuple[str, ...], ...] | Unreadable, ...] | Fault, state: CaptionState
) -> CaptionState:
    """The rewrites of all captions; of a reply that still cannot be read there are none."""
    if isinstance(read, Fault):
        return {"faults": [read]}
    waiting, rewrites = list_waiting(state), read[0]
    if isinstance(rewrites, Unreadable):
        return {"filtered": [Filtered(caption=index) for index in waiting]}
    return {
        "filtered": [
            Filtered(
                caption=index, texts=tuple(dict.fromkeys(texts)), nothing=None if texts else NOTHING_LEFT
            )
            for index, texts in zip(waiting, rewrites, strict=True)
        ]
    }
