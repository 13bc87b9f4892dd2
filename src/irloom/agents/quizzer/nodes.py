"""The steps of the Quizzer: inverse validation (SciGenBench, arXiv 2601.17027, section 4 and equation 2)."""

from langgraph.runtime import Runtime

from irloom.agents.asking import ask_in_form
from irloom.agents.context import here
from irloom.agents.figure_fields import (
    FigureContext,
    letters_of,
    list_elements,
    list_options,
    open_question,
    picture_of,
)
from irloom.agents.quizzer.letters import balance_letters
from irloom.agents.quizzer.replies import (
    GRADE,
    GRADE_FORM,
    QUIZZES,
    QUIZZES_FORM,
    read_grade,
    read_letter,
    read_quizzes,
    read_solution,
)
from irloom.agents.quizzer.state import QuizState, QuizzerState
from irloom.figures import QuizResult
from irloom.protocols import Ask
from irloom.records import Fault

BLIND_TEMPERATURE = 1.0
"""The trials without a figure must differ."""


async def take_quizzes(state: QuizzerState) -> QuizzerState:
    """Take the quizzes that the problem brings; they were filtered by who wrote them."""
    quizzes = balance_letters(state["problem"].id, state["problem"].quizzes)
    return {"written": quizzes, "asked": tuple(range(len(quizzes)))}


async def write_quizzes(state: QuizzerState, runtime: Runtime[FigureContext]) -> QuizzerState:
    """Write quizzes about what the figure must show, without having seen it."""
    problem = state["problem"]
    prompt = runtime.context.prompts.render(
        "figure/quiz", question=problem.question, elements=list_elements(problem, state["elements"])
    )
    ask = Ask(here("quizzer", "quiz"), prompt, schema=QUIZZES)
    read = await ask_in_form(
        runtime.context, ask, lambda reply: read_quizzes(reply, problem.question), QUIZZES_FORM
    )
    if isinstance(read, Fault):
        return {"faults": [read], "written": ()}
    return {"written": balance_letters(problem.id, read)}


async def try_blind(state: QuizState, runtime: Runtime[FigureContext]) -> QuizzerState:
    """Have a quiz answered without the figure, several times."""
    context, quiz = runtime.context, state["quiz"]
    prompt = context.prompts.render("figure/blind", quiz=quiz.question, options=list_options(quiz))
    place = here("quizzer", "blind", task=name_quiz(state["number"]))
    ask = Ask(place, prompt, n=context.config.blind_trials, temperature=BLIND_TEMPERATURE)
    read = await context.calls.ask(ask, lambda reply: (read_letter(reply, letters_of(quiz)),))
    if isinstance(read, Fault):
        return {"faults": [read]}
    always = len(read) == context.config.blind_trials and all(
        letter == quiz.correct_option for (letter,) in read
    )
    return {"blind": [(state["number"], always)]}


async def drop_known(state: QuizzerState) -> QuizzerState:
    """Ask only the quizzes that nobody could answer each time without the figure."""
    return {"asked": tuple(sorted(number for number, always in state.get("blind", []) if not always))}


async def answer(state: QuizState, runtime: Runtime[FigureContext]) -> QuizzerState:
    """Have a quiz answered from the figure alone."""
    quiz, picture = state["quiz"], picture_of(state["draft"])
    prompt = runtime.context.prompts.render("figure/answer", quiz=quiz.question, options=list_options(quiz))
    place = here("quizzer", "quiz", task=name_quiz(state["number"]))
    ask = Ask(place, prompt, temperature=0.0, images=(picture.image,))
    read = await runtime.context.calls.ask(ask, lambda reply: (read_letter(reply, letters_of(quiz)),))
    if isinstance(read, Fault):
        return {"faults": [read]}
    letter = read[0][0]
    result = QuizResult(quiz=quiz, answered=letter, correct=letter == quiz.correct_option)
    return {"results": [(state["number"], result)]}


async def solve(state: QuizzerState, runtime: Runtime[FigureContext]) -> QuizzerState:
    """Solve the adapted problem from the figure."""
    picture = picture_of(state["draft"])
    prompt = runtime.context.prompts.render("figure/solve", question=_ask_openly(state))
    place = here("quizzer", "quiz", task="open")
    ask = Ask(place, prompt, temperature=0.0, images=(picture.image,))
    read = await runtime.context.calls.ask(ask, read_solution)
    return {"faults": [read]} if isinstance(read, Fault) else {"solution": read[0]}


async def grade(state: QuizzerState, runtime: Runtime[FigureContext]) -> QuizzerState:
    """Compare the answer with the reference."""
    problem, answer = state["problem"], state["solution"]
    prompt = runtime.context.prompts.render(
        "figure/grade",
        question=_ask_openly(state),
        reference=problem.answer or "",
        answer=answer,
    )
    place = here("quizzer", "grade", task="open")
    ask = Ask(place, prompt, temperature=0.0, schema=GRADE)
    read = await ask_in_form(runtime.context, ask, lambda reply: read_grade(reply, answer), GRADE_FORM)
    return {"faults": [read]} if isinstance(read, Fault) else {"open_answer": read}


def _ask_openly(state: QuizzerState) -> str:
    question = open_question(state["problem"], state.get("adaptation"))
    assert question is not None
    return question


def name_quiz(number: int) -> str:
    """How a quiz is called in transcripts: `quiz-01` is the first."""
    return f"quiz-{number + 1:02d}"
