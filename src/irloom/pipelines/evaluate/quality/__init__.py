"""Quality: a judge says how good a hundred pictures of a set are, for the set's score as a benchmark.

Q of D = 0.4 Q + 0.6 N (Infrared-LLaVA, equation 1), by five words as Q-Align has them.
"""

from irloom.pipelines.evaluate.benchmark import Benchmark
from irloom.pipelines.evaluate.flow import evaluation_flow
from irloom.pipelines.evaluate.quality.asks import PROMPTS, pose
from irloom.pipelines.evaluate.quality.config import QualityConfig
from irloom.pipelines.evaluate.quality.reading import RULES
from irloom.pipelines.evaluate.quality.source import digest_set, draw_pictures
from irloom.pipelines.flow import Card

benchmark = Benchmark[QualityConfig](
    name="quality",
    help="a judge rates a hundred pictures of a set in one of five words, for `irloom build template`",
    description="Ask a model how good the pictures of a published set are, a hundred drawn by the seed, one "
    "call each. `irloom build template --quality RUN` takes the mean.",
    config=QualityConfig,
    prompts=PROMPTS,
    load=draw_pictures,
    digest=digest_set,
    pose=pose,
    rules=RULES,
    reading=lambda config: "quality",
    instead="Words on the quality of pictures are no instructions: give the run to `irloom build template "
    "--quality`.",
    card=Card(
        making="A model rated the quality of pictures of a published set.",
        limits=lambda config: ("Ratings are of one model under one prompt; they are no measurement.",),
        tags=("infrared", "image-quality"),
    ),
)
flow = evaluation_flow(benchmark)
