"""Infrared template questions (EMNLP Findings 2024), built from annotated infrared sets."""

from typing import Literal

from irloom.pipelines.evaluate.flow import evaluation_flow
from irloom.pipelines.evaluate.sets.benchmark import make_benchmark
from irloom.pipelines.evaluate.sets.config import SetConfig


class TemplateConfig(SetConfig):
    """Everything that decides what a run makes."""

    flow: Literal["template"] = "template"


benchmark = make_benchmark("template", TemplateConfig, "template questions about infrared images")
flow = evaluation_flow(benchmark)
