"""The ImgCoder flow: scientific figures by code, drawn in a sandbox, checked, judged and quizzed."""

from irloom.pipelines.flow import Command, Flow, Question, imported
from irloom.pipelines.imgcoder import inputs, summary
from irloom.pipelines.imgcoder.config import ImgcoderConfig
from irloom.pipelines.imgcoder.rows import build_rows
from irloom.pipelines.imgcoder.state import begin
from irloom.pipelines.imgcoder.view import VIEW
from irloom.pipelines.tasks import suggest_export

flow = Flow[ImgcoderConfig](
    name="imgcoder",
    revision=3,
    help="scientific figures by code: drawn in a sandbox, checked, judged and quizzed",
    description="Draw a figure for each scientific problem: understand, plan, write Matplotlib code, run it "
    "in a sandbox, repair it, judge it. `irloom resume` goes on without paying twice.",
    config=ImgcoderConfig,
    stages=(
        *("source", "understand", "plan", "code", "draw"),
        *("judge", "adapt", "blind", "quiz", "grade"),
    ),
    prompts=inputs.PROMPTS,
    load=inputs.load_inputs,
    build=inputs.build,
    graph=imported("irloom.pipelines.imgcoder.graph:build_figure_graph"),
    begin=begin,
    rows=build_rows,
    judge="judge",
    data=(summary.FIGURES, summary.INSTRUCTIONS),
    others=("rejected",),
    made=summary.tell_made,
    next=suggest_export,
    view=VIEW,
    card=summary.CARD,
    plots=(summary.MARKS,),
    questions=lambda config: [Question(seat="quizzer", n=config.blind_trials)],
    commands=(
        Command(
            verb="bench",
            name="scigen",
            help="SciGenBench: R_inv, quizzes, marks, and how often scripts draw",
            module="irloom.pipelines.imgcoder.bench",
        ),
    ),
)
