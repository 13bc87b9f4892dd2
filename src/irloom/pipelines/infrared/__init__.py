"""The infrared flow: infrared images, image-text pairs and instructions from captioned photographs."""

from irloom.pipelines.flow import Flow, RuleBook, imported
from irloom.pipelines.infrared import inputs, summary, trials
from irloom.pipelines.infrared.config import InfraredConfig
from irloom.pipelines.infrared.rows import build_rows
from irloom.pipelines.infrared.state import begin
from irloom.pipelines.infrared.view import VIEW
from irloom.records import TASKS

flow = Flow[InfraredConfig](
    name="infrared",
    revision=3,
    help="infrared images, image-text pairs and instruction data from COCO, or from published sets",
    description="Turn visible images, captions and boxes into infrared data, or published sets (--source), "
    "with captions or without. Interrupt it when you like: `irloom resume` goes on without paying twice.",
    config=InfraredConfig,
    stages=("source", "translate", "caption", "filter", "score", "write", "judge", "verify", "mine"),
    tasks=TASKS,
    prompts=inputs.PROMPTS,
    load=inputs.load_inputs,
    build=inputs.build,
    pin=inputs.pin_models,
    graph=imported("irloom.pipelines.infrared.graph:build_infrared_graph"),
    loops={"debated": imported("irloom.pipelines.infrared.debate:build_debated_graph")},
    begin=begin,
    rows=build_rows,
    judge="debate",
    per_sample=lambda config: max(1, len(config.tasks)),
    rules=RuleBook(most=lambda config: config.max_rules, covers=inputs.tell_covered),
    data=(summary.PAIRS, summary.INSTRUCTIONS),
    photographs=summary.list_photographs,
    others=("rejected", "rejected_pairs"),
    made=summary.tell_made,
    next=summary.suggest,
    view=VIEW,
    card=summary.CARD,
    plots=(summary.SCORES,),
    trials=trials.TRIALS,
    questions=trials.list_questions,
)
