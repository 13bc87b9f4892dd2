"""Makes a flow of a benchmark, so that everything which serves flows serves benchmarks."""

from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

from irloom.engine.summary import Summary
from irloom.pipelines.evaluate import exported, inputs, summary
from irloom.pipelines.evaluate.benchmark import Benchmark
from irloom.pipelines.evaluate.config import EvaluationConfig
from irloom.pipelines.evaluate.plan import digest_plan
from irloom.pipelines.evaluate.records import CHECK
from irloom.pipelines.evaluate.rows import build_rows
from irloom.pipelines.evaluate.view import VIEW
from irloom.pipelines.flow import Command, Data, Flow, Question, imported
from irloom.pipelines.visible_maker import VISIBLE

C = TypeVar("C", bound=EvaluationConfig)

QUESTIONS = Data(
    name="questions",
    what="questions: a question about images in one language, with its answer",
    export=exported.QUESTIONS,
)
ANSWERS = Data(
    name="answers",
    what="answers: what a model replied to one ask, and how that was read",
    instead="Replies are no rows to train on: read answers.jsonl in the run as it is, a row an ask; of a "
    "question that was asked again the rows of its last `attempt` count.",
)


def evaluation_flow(benchmark: Benchmark[C]) -> Flow[C]:
    """The flow that asks a benchmark's questions."""
    return Flow[C](
        name=benchmark.name,
        revision=benchmark.revision,
        help=benchmark.help,
        description=benchmark.description,
        config=benchmark.config,
        stages=("source", "translate", "ask", "check"),
        prompts=(*benchmark.prompts, CHECK, VISIBLE),
        brought_prompts=benchmark.brought_prompts,
        load=partial(inputs.load_inputs, benchmark),
        build=partial(inputs.build, benchmark),
        graph=imported("irloom.pipelines.evaluate.graph:build_evaluation_graph"),
        rows=partial(build_rows, benchmark),
        plan=partial(digest_plan, benchmark),
        pin=inputs.pin_models,
        data=(_choose_questions(benchmark), ANSWERS),
        photographs=exported.list_sources,
        labels={"accepted": "scored"},
        counts="samples",
        share=summary.tell_share,
        made=partial(summary.tell_made, benchmark.tally),
        figure=summary.tell_right,
        next=partial(_suggest_bench, benchmark),
        view=VIEW,
        card=exported.warn(benchmark.card),
        plots=summary.PLOTS,
        forms=benchmark.forms,
        commands=_list_commands(benchmark),
        questions=lambda config: [Question(seat="answerer", sees=True)],
    )


def _choose_questions(benchmark: Benchmark[Any]) -> Data:
    if not benchmark.instead:
        return QUESTIONS
    return replace(QUESTIONS, export=None, instead=benchmark.instead)


def _suggest_bench(benchmark: Benchmark[Any], run: str, ended: Summary, stopped: bool) -> list[str]:
    scored = ended.counts["asked"] and benchmark.bench
    return [f"irloom bench {_name_bench(benchmark)} {run}"] if scored else []


def _name_bench(benchmark: Benchmark[Any]) -> str:
    return benchmark.bench_name or benchmark.name


def _list_commands(benchmark: Benchmark[Any]) -> tuple[Command, ...]:
    if not benchmark.bench:
        return ()
    name = _name_bench(benchmark)
    return (Command(verb="bench", name=name, help=benchmark.bench_help, module=benchmark.bench),)
