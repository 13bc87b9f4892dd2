"""The CIR flow: photographs edited into queries of composed image retrieval, with hard negatives."""

from irloom.pipelines.cir import inputs, summary
from irloom.pipelines.cir.config import CirConfig
from irloom.pipelines.cir.rows import build_rows
from irloom.pipelines.cir.view import VIEW
from irloom.pipelines.flow import Command, Flow, imported

flow = Flow[CirConfig](
    name="cir",
    revision=3,
    help="composed image retrieval: edited images with queries and hard negatives",
    description="Edit photographs in the 15 ways of EDIR, verify each edit, phrase it as a query, and write "
    "the data set with its hard negatives. `irloom resume` goes on without paying twice.",
    config=CirConfig,
    stages=("source", "propose", "revise", "edit", "verify", "phrase"),
    prompts=inputs.PROMPTS,
    load=inputs.load_inputs,
    build=inputs.build,
    pin=inputs.pin_models,
    graph=imported("irloom.pipelines.cir.graph:build_cir_graph"),
    loops={"edited": imported("irloom.pipelines.cir.edit:build_edited_graph")},
    rows=build_rows,
    judge="verifier",
    finish=summary.write_dataset,
    per_sample=lambda config: config.families * config.variants,
    data=(summary.EDITS,),
    pictures=summary.list_pictures,
    others=("rejected",),
    made=summary.tell_made,
    next=summary.suggest,
    view=VIEW,
    card=summary.CARD,
    forms=(summary.EDIR,),
    commands=(
        Command(
            verb="bench",
            name="edir",
            help="EDIR: recall of an embedder on composed queries, by subcategory",
            module="irloom.pipelines.cir.bench",
        ),
    ),
)
