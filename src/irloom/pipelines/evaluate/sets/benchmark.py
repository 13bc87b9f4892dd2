"""Makes a benchmark of question sets by its name: all of them ask, read and score in one way."""

from irloom.pipelines.evaluate.benchmark import Benchmark
from irloom.pipelines.evaluate.sets.asks import PROMPTS, pose
from irloom.pipelines.evaluate.sets.config import SetConfig
from irloom.pipelines.evaluate.sets.reading import READING, RULES
from irloom.pipelines.evaluate.sets.source import digest_set, list_notices, load
from irloom.pipelines.flow import Card


def make_benchmark(name: str, config: type[SetConfig], what: str) -> Benchmark[SetConfig]:
    """The benchmark that asks sets of one kind; `what` says of which, as part of a sentence."""
    return Benchmark[SetConfig](
        name=name,
        help=f"a model answers {what}",
        description=f"Ask a model {what}, one call a question. `irloom build {name}` makes the set; `irloom "
        f"resume` goes on without paying twice, `irloom bench {name}` scores.",
        config=config,
        prompts=PROMPTS,
        load=load,
        digest=digest_set,
        notice=list_notices,
        pose=pose,
        rules=RULES,
        reading=lambda config: READING,
        bench="irloom.pipelines.evaluate.sets.bench",
        bench_help=f"{what}: accuracy, errors and counters by task, beside what guessing gives",
        card=Card(
            making=f"A model answered {what}.",
            limits=lambda config: ("Replies are of one model under one prompt; they are no ground truth.",),
            tags=("infrared", "thermal", "evaluation"),
        ),
    )
