"""Makes a flow of a benchmark, so that everything which serves flows serves benchmarks."""

from functools import partial
from typing import Any, TypeVar

from irloom.engine.summary import Summary
from irloom.pipelines.evaluate import inputs
from irloom.pipelines.evaluate.benchmark import Benchmark
from irloom.pipelines.evaluate.config import EvaluationConfig
from irloom.pipelines.evaluate.plan import digest_plan
from irloom.pipelines.evaluate.records import CHECK
from irloom.pipelines.evaluate.rows import build_rows
from irloom.pipelines.evaluate.view import VIEW
from irloom.pipelines.flow import Command, Data, Flow, Made, Question, imported

C = TypeVar("C", bound=EvaluationConfig)

QUESTIONS = Data(name="questions", what="questions: a question about images in one language, with its answer")
ANSWERS = Data(name="answers", what="answers: what a model replied to one ask, and how that was read")


def evaluation_flow(benchmark: Benchmark[C]) -> Flow[C]:
    """The flow that asks a benchmark's questions."""
    return Flow[C](
        name=benchmark.name,
        revision=benchmark.revision,
        help=benchmark.help,
        description=benchmark.description,
        config=benchmark.config,
        stages=("source", "translate", "ask", "check"),
        prompts=(*benchmark.prompts, CHECK, inputs.VISIBLE),
        brought_prompts=benchmark.brought_prompts,
        load=partial(inputs.load_inputs, benchmark),
        build=partial(inputs.build, benchmark),
        graph=imported("irloom.pipelines.evaluate.graph:build_evaluation_graph"),
        rows=partial(build_rows, benchmark),
        plan=partial(digest_plan, benchmark),
        pin=inputs.pin_models,
        data=(QUESTIONS, ANSWERS),
        labels={"accepted": "scored"},
        share=tell_share,
        made=tell_made,
        next=partial(_suggest_bench, benchmark),
        view=VIEW,
        card=benchmark.card,
        forms=benchmark.forms,
        commands=_list_commands(benchmark),
        questions=lambda config: [Question(seat="answerer", sees=True)],
    )


def tell_share(summary: Summary) -> str:
    """How many asks were scored so far, and which share of their replies nobody could read."""
    asked = summary.counts["asked"]
    return f"{asked:,} asks scored, {summary.counts['unread'] / max(asked, 1):.1%} unread"


def tell_made(summary: Summary) -> list[Made]:
    """How many asks were scored, and how many of their replies nobody could read."""
    asked = summary.counts["asked"]
    if not asked:
        return []
    unread, cut = summary.counts["unread"], summary.counts["cut"]
    remarks = [f"{unread:,} unread" if unread else "", f"{cut:,} cut" if cut else ""]
    # A benchmark whose answers are neither right nor wrong counts none as right.
    right = f"{summary.counts['right'] / asked:.1%} right" if "right" in summary.counts else ""
    said = ", ".join(filter(None, [f"{asked:,} scored", right, *remarks]))
    return [Made("answers", said, "answers.jsonl")]


def _suggest_bench(benchmark: Benchmark[Any], run: str, summary: Summary, stopped: bool) -> list[str]:
    scored = summary.counts["asked"] and benchmark.bench
    return [f"irloom bench {_name_bench(benchmark)} {run}"] if scored else []


def _name_bench(benchmark: Benchmark[Any]) -> str:
    return benchmark.bench_name or benchmark.name


def _list_commands(benchmark: Benchmark[Any]) -> tuple[Command, ...]:
    if not benchmark.bench:
        return ()
    name = _name_bench(benchmark)
    return (Command(verb="bench", name=name, help=benchmark.bench_help, module=benchmark.bench),)
