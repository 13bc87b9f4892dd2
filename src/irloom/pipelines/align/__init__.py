"""Labelled sentences about pictures: captions and drawn texts that a panel judges, or that irloom makes."""

from irloom.pipelines.align import inputs, summary
from irloom.pipelines.align.config import AlignConfig
from irloom.pipelines.align.rows import build_rows
from irloom.pipelines.align.view import VIEW
from irloom.pipelines.flow import Flow, imported

flow = Flow[AlignConfig](
    name="align",
    help="sentences about pictures with their errors labelled, as in AlignBench",
    description="Have models describe images, or draw texts, and a panel of models label every sentence: is "
    "it right, and if not, which words are wrong and why. Without captioners irloom makes right and wrong "
    "sentences of annotations itself.",
    config=AlignConfig,
    stages=("source", "caption", "paint", "judge"),
    prompts=inputs.PROMPTS,
    load=inputs.load_inputs,
    build=inputs.build,
    pin=inputs.pin_models,
    graph=imported("irloom.pipelines.align.graph:build_align_graph"),
    loops={
        "captioned": imported("irloom.agents.captioner.graph:build_captioner_graph"),
        "panel": imported("irloom.agents.panel.graph:build_panel_graph"),
    },
    rows=build_rows,
    per_sample=lambda config: max(1, len(config.captioners), len(config.painted_by)),
    data=(summary.SENTENCES,),
    others=("rejected",),
    labels={"accepted": "labelled", "unjudged": "not labelled"},
    share=summary.tell_share,
    made=summary.tell_made,
    next=summary.suggest,
    view=VIEW,
    card=summary.CARD,
    forms=(summary.ALIGNBENCH,),
    revision=2,
    questions=inputs.list_questions,
)
