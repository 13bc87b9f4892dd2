"""ThermEval's questions (arXiv 2602.14989), built from its published labels."""

from typing import Literal

from irloom.pipelines.evaluate.flow import evaluation_flow
from irloom.pipelines.evaluate.sets.benchmark import make_benchmark
from irloom.pipelines.evaluate.sets.config import SetConfig


class ThermevalConfig(SetConfig):
    """Everything that decides what a run makes."""

    flow: Literal["thermeval"] = "thermeval"


benchmark = make_benchmark("thermeval", ThermevalConfig, "the questions of ThermEval about thermal images")
flow = evaluation_flow(benchmark)
