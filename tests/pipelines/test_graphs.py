"""The graphs by name, for LangGraph's tools and for the docs."""

import importlib
import json
from pathlib import Path

from irloom.pipelines.graphs import GRAPHS, describe_graphs

ROOT = Path(__file__).parents[2]


def test_langgraph_json_names_every_graph_where_it_lies() -> None:
    named = json.loads((ROOT / "langgraph.json").read_text("utf-8"))["graphs"]
    assert named.keys() == GRAPHS.keys()
    for name, where in named.items():
        path, _, variable = where.partition(":")
        assert (ROOT / path).is_file()
        module = importlib.import_module(".".join(Path(path).with_suffix("").parts[1:]))
        # As `langgraph dev` does, which never asks a module's `__getattr__`.
        assert vars(module)[variable] is GRAPHS[name][1]
        assert GRAPHS[name][1].name == name


def test_the_drawings_in_the_docs_are_those_of_the_compiled_graphs() -> None:
    written = (ROOT / "docs" / "graphs.md").read_text("utf-8")
    assert written == describe_graphs(), "run: python -m irloom.pipelines.graphs > docs/graphs.md"


def test_a_drawing_shows_the_loops() -> None:
    page = describe_graphs()
    assert "revise -.-> edit;" in page
    assert "draw -.-> write_code;" in page
    assert "conclude -.-> write;" in page
