"""Questions about temperatures, built from radiometric files."""

from typing import Literal

from irloom.pipelines.evaluate.flow import evaluation_flow
from irloom.pipelines.evaluate.sets.benchmark import make_benchmark
from irloom.pipelines.evaluate.sets.config import SetConfig


class ThermometryConfig(SetConfig):
    """Everything that decides what a run makes."""

    flow: Literal["thermometry"] = "thermometry"


benchmark = make_benchmark(
    "thermometry", ThermometryConfig, "questions about temperatures in infrared images"
)
flow = evaluation_flow(benchmark)
