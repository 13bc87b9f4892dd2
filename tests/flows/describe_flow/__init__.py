"""A flow of another package: a chat model describes each image of a folder, without forbidden words."""

from importlib.resources import files

from describe_flow.config import DescribeConfig
from describe_flow.graph import build_describe_graph, build_rows
from describe_flow.inputs import build, load_inputs, tell_made
from describe_flow.view import VIEW
from irloom.pipelines.flow import Card, Data, Exported, Flow

flow = Flow[DescribeConfig](
    name="describe",
    help="one sentence about each image of a folder",
    description="Have a chat model describe each image; one that holds a forbidden word is written again.",
    config=DescribeConfig,
    stages=("source", "write"),
    prompts=("describe",),
    brought_prompts=files("describe_flow") / "prompts",
    load=load_inputs,
    build=build,
    graph=build_describe_graph,
    rows=build_rows,
    data=(
        Data(
            name="descriptions",
            what="descriptions: an image and a sentence about it",
            export=Exported(identify=lambda row: str(row["sample"]), hub_tasks=("image-to-text",)),
        ),
    ),
    others=("rejected",),
    made=tell_made,
    view=VIEW,
    card=Card(
        making="A model described the images of a folder.",
        limits=lambda config: (f"The words {', '.join(config['forbidden'])} were not allowed.",),
        tags=("descriptions",),
    ),
)
