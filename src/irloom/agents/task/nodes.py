"""The steps of the Task Agent (Infrared-LLaVA, section 3.2)."""

from langgraph.runtime import Runtime

from irloom.agents.context import here, list_boxes, list_lines
from irloom.agents.task.answerable import View
from irloom.agents.task.examples import choose_examples, write_examples
from irloom.agents.task.questions import choose_question, plan_questions
from irloom.agents.task.replies import FORMS, SCHEMAS, read_instruction
from irloom.agents.task.state import Given, TaskContext, TaskState
from irloom.protocols import Ask, Prompt, Unreadable, read_finally
from irloom.records import Fault


async def write(state: Given, runtime: Runtime[TaskContext]) -> TaskState:
    """Write an instruction from captions, boxes and heat, under the reasons of earlier rounds."""
    task, context = state["task"], runtime.context
    images = (state["image"],) if "image" in context.config.writer_sees else ()
    place = here("task", "write", task=task, round=state["round"])
    ask = Ask(place, _render(state, context), schema=SCHEMAS[task], images=images)
    question = choose_question(state["sample"], context.actions.shows)
    broken = context.config.checks
    read = await context.calls.ask(ask, lambda reply: read_instruction(task, reply, question, broken))
    return {"instruction": read if isinstance(read, Fault) else read[0]}


async def repair(state: TaskState, runtime: Runtime[TaskContext]) -> TaskState:
    """Ask once more for a reply that was not in the form asked for."""
    task, unreadable = state["task"], state["instruction"]
    assert isinstance(unreadable, Unreadable)
    prompt = runtime.context.prompts.render(
        "repair", form=FORMS[task], problem=unreadable.problem, reply=unreadable.text
    )
    place = here("task", "write", task=task, round=state["round"], repair=1)
    question = choose_question(state["sample"], runtime.context.actions.shows)
    broken = runtime.context.config.checks
    reader = read_finally(lambda reply: read_instruction(task, reply, question, broken))
    read = await runtime.context.calls.ask(Ask(place, prompt, schema=SCHEMAS[task]), reader)
    return {"instruction": read if isinstance(read, Fault) else read[0]}


def _render(state: Given, context: TaskContext) -> Prompt:
    task, sample, config = state["task"], state["sample"], context.config
    view = View(
        captions=(*state["captions"], *state.get("originals", context.sample.captions)),
        boxes=state["boxes"],
        heat=state["heat"],
        annotated=context.actions.annotated,
        shows=context.actions.shows,
    )
    plan = plan_questions(task, view, config.seed, sample)
    examples = choose_examples(context.prompts, task, sample, config.seed)
    return context.prompts.render(
        f"task/{task}",
        sight=context.prompts.text_of(
            f"task/parts/{'sighted' if 'image' in config.writer_sees else 'blind'}"
        ),
        numbers=context.prompts.text_of(f"task/parts/{config.boxes_as}"),
        captions=list_lines(state["captions"], mark=""),
        boxes=list_boxes(state["boxes"], config.boxes_as),
        heat=list_lines(state["heat"], mark=""),
        examples=write_examples(examples, config.boxes_as),
        questions=list_lines([one.as_line() for one in plan], mark=""),
        requirements=list_lines(state["reasons"]),
    )
