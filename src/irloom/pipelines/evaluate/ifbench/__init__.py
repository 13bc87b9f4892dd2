"""IF-Bench: four-option questions about infrared images in English and Chinese (arXiv 2512.09663)."""

from collections.abc import Sequence

from irloom.pipelines.evaluate.benchmark import Benchmark
from irloom.pipelines.evaluate.flow import evaluation_flow
from irloom.pipelines.evaluate.ifbench.asks import PROMPTS, pose
from irloom.pipelines.evaluate.ifbench.config import IfbenchConfig
from irloom.pipelines.evaluate.ifbench.export import VLMEVALKIT
from irloom.pipelines.evaluate.ifbench.reading import RULES
from irloom.pipelines.evaluate.ifbench.source import list_all_of_the_above, read_questions
from irloom.pipelines.evaluate.numbers import say_number
from irloom.pipelines.evaluate.records import Item
from irloom.pipelines.flow import Card


def load(config: IfbenchConfig) -> list[Item]:
    """The questions in the languages that are asked."""
    return read_questions(config.data, config.languages)


def tell_broken(items: Sequence[Item], config: IfbenchConfig) -> list[str]:
    """Say how many questions do not survive another order of their options."""
    broken = list_all_of_the_above(items[: config.limit]) if config.rotations > 1 else []
    if not broken:
        return []
    return [
        "An option such as 'all of the above' means something else in another order: so it is in "
        f"{say_number(len(broken))}, asked and scored all the same, as published."
    ]


benchmark = Benchmark[IfbenchConfig](
    name="ifbench",
    help="a model answers the questions of IF-Bench about infrared images; with translations, GenViP",
    description="Ask a model IF-Bench's questions in every order of their options, with what the variants "
    "show beside. `irloom resume` goes on without paying twice, `irloom bench ifbench` scores.",
    config=IfbenchConfig,
    prompts=PROMPTS,
    load=load,
    notice=tell_broken,
    pose=pose,
    rules=RULES,
    reading=lambda config: config.shown,
    bench="irloom.pipelines.evaluate.ifbench.bench",
    bench_help="IF-Bench: scores by dimension, language and variant, beside what blind guessing gives",
    forms=(VLMEVALKIT,),
    revision=2,
    card=Card(
        making="A model was asked the questions of IF-Bench about infrared images.",
        limits=lambda config: ("Replies are of one model under one protocol; they are no ground truth.",),
        tags=("infrared", "thermal", "evaluation"),
        languages=lambda config: ["zh" if one == "cn" else one for one in config["languages"]],
    ),
)
flow = evaluation_flow(benchmark)
