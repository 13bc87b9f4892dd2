"""The graphs by name: for LangGraph's own tools (`langgraph.json`) and for the drawings in the docs."""

import sys
from collections.abc import Iterator
from typing import Any

from langgraph.graph.state import CompiledStateGraph

from irloom.pipelines.flow import Flow
from irloom.pipelines.registry import load_flows

Graph = CompiledStateGraph[Any, Any, Any, Any]


def compile_graphs() -> Iterator[tuple[str, str, Graph]]:
    """Name, title and graph of each flow, and of the graphs inside it that are drawn by themselves."""
    for flow in load_flows()[0]:
        for name, graph in list_graphs(flow):
            title = flow.help if name == flow.name else f"inside `{flow.name}`"
            yield name, f"{name.capitalize()}: {title}", graph


def list_graphs(flow: Flow[Any]) -> Iterator[tuple[str, Graph]]:
    """The graph of a flow, then those of its loops."""
    for name, build in {flow.name: flow.graph, **flow.loops}.items():
        yield name, build().compile(name=name)


GRAPHS = {name: (title, graph) for name, title, graph in compile_graphs()}
globals().update({name: graph for name, (_, graph) in GRAPHS.items()})
# LangGraph's own tools look for names of this module, as `langgraph.json` has them.

_HEAD = """# The graphs

Every flow is a LangGraph state machine. These drawings are made from the compiled graphs by
`python -m irloom.pipelines.graphs > docs/graphs.md`, and a test keeps them so. Dashed arrows are choices.

`langgraph.json` names the graphs for LangGraph's own tools: `pip install 'langgraph-cli[inmem]'` and
`langgraph dev` in a checkout draw them in the browser. They cannot be run from there: a node needs the calls
of a run, which `irloom run` gives it.
"""


def draw(graph: Graph) -> str:
    """A graph in Mermaid's words, with the graphs inside it left closed."""
    text: str = graph.get_graph().draw_mermaid()
    return text


def describe_graphs() -> str:
    """The page of the docs that draws every graph."""
    drawings = [f"\n## {title}\n\n```mermaid\n{draw(graph)}```\n" for title, graph in GRAPHS.values()]
    return _HEAD + "".join(drawings)


if __name__ == "__main__":
    sys.stdout.write(describe_graphs())
