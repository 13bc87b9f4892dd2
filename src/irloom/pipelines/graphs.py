"""The graphs by name: for LangGraph's own tools (`langgraph.json`) and for the drawings in the docs."""

import sys
from collections.abc import Mapping
from typing import Any

from langgraph.graph.state import CompiledStateGraph

from irloom.pipelines.cir.edit import build_edited_graph
from irloom.pipelines.cir.graph import build_cir_graph
from irloom.pipelines.imgcoder.graph import build_figure_graph
from irloom.pipelines.infrared.debate import build_debated_graph
from irloom.pipelines.infrared.graph import build_infrared_graph

Graph = CompiledStateGraph[Any, Any, Any, Any]

infrared: Graph = build_infrared_graph().compile(name="infrared")
debated: Graph = build_debated_graph().compile(name="debated")
cir: Graph = build_cir_graph().compile(name="cir")
edited: Graph = build_edited_graph().compile(name="edited")
imgcoder: Graph = build_figure_graph().compile(name="imgcoder")

FLOWS: Mapping[str, Graph] = {
    "infrared": infrared,
    "debated": debated,
    "cir": cir,
    "edited": edited,
    "imgcoder": imgcoder,
}
"""The flows, and the loops over one task and one edit that they contain."""

_HEAD = """# The graphs

Every flow is a LangGraph state machine. These drawings are made from the compiled graphs by
`python -m irloom.pipelines.graphs > docs/graphs.md`, and a test keeps them so. Dashed arrows are choices.

`langgraph.json` names the graphs for LangGraph's own tools: `pip install 'langgraph-cli[inmem]'` and
`langgraph dev` in a checkout draw them in the browser. They cannot be run from there: a node needs the calls
of a run, which `irloom run` gives it.
"""
_TITLES = {
    "infrared": "Infrared: an image to its pairs and instructions",
    "debated": "Debated: one task of one image, inside `infrared`",
    "cir": "CIR: a seed to its edits and queries",
    "edited": "Edited: one edit of one seed, inside `cir`",
    "imgcoder": "ImgCoder: a problem to its figure",
}


def draw(graph: Graph) -> str:
    """A graph in Mermaid's words, with the graphs inside it left closed."""
    text: str = graph.get_graph().draw_mermaid()
    return text


def describe_graphs() -> str:
    """The page of the docs that draws every graph."""
    drawings = [f"\n## {_TITLES[name]}\n\n```mermaid\n{draw(graph)}```\n" for name, graph in FLOWS.items()]
    return _HEAD + "".join(drawings)


if __name__ == "__main__":
    sys.stdout.write(describe_graphs())
