"""The steps of the Task Agent (Infrared-LLaVA, section 3.2)."""

from langgraph.runtime import Runtime

from irloom.agents.context import here, list_boxes, list_lines
from irloom.agents.replies import read_finally
from irloom.agents.task.questions import choose_question
from irloom.agents.task.replies import FORMS, SCHEMAS, read_instruction
from irloom.agents.task.state import Given, TaskContext, TaskState
from irloom.protocols import Ask, Unreadable
from irloom.records import Fault


async def write(state: Given, runtime: Runtime[TaskContext]) -> TaskState:
    """Write an instruction from captions and boxes, under the reasons of earlier rounds."""
    task = state["task"]
    prompt = runtime.context.prompts.render(
        f"task/{task}",
        captions=list_lines(state["captions"], mark=""),
        boxes=list_boxes(state["boxes"]),
        requirements=list_lines(state["reasons"]),
    )
    ask = Ask(here("task", "write", task=task, round=state["round"]), prompt, schema=SCHEMAS[task])
    question, broken = choose_question(state["sample"]), runtime.context.config.checks
    read = await runtime.context.calls.ask(ask, lambda reply: read_instruction(task, reply, question, broken))
    return {"instruction": read if isinstance(read, Fault) else read[0]}


async def repair(state: TaskState, runtime: Runtime[TaskContext]) -> TaskState:
    """Ask once more for a reply that was not in the form asked for."""
    task, unreadable = state["task"], state["instruction"]
    assert isinstance(unreadable, Unreadable)
    prompt = runtime.context.prompts.render(
        "repair", form=FORMS[task], problem=unreadable.problem, reply=unreadable.text
    )
    place = here("task", "write", task=task, round=state["round"], repair=1)
    question, broken = choose_question(state["sample"]), runtime.context.config.checks
    reader = read_finally(lambda reply: read_instruction(task, reply, question, broken))
    read = await runtime.context.calls.ask(Ask(place, prompt, schema=SCHEMAS[task]), reader)
    return {"instruction": read if isinstance(read, Fault) else read[0]}
