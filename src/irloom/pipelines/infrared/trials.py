"""How `irloom doctor` tries the backends of this flow."""

from collections.abc import Iterator
from pathlib import Path

from irloom.agents.context import list_boxes
from irloom.agents.task.replies import SCHEMAS
from irloom.backends.builders import build_scorer, build_translator
from irloom.errors import IrloomError
from irloom.lexicon import Lexicon
from irloom.options import VqaOptions
from irloom.pipelines.flow import Notify, Question, Trial
from irloom.pipelines.infrared.config import InfraredConfig
from irloom.prompts import Prompts
from irloom.protocols import ScoringJob, TranslationJob
from irloom.records import Box
from irloom.scene.heat import MOST_FACTS


def list_questions(config: InfraredConfig) -> list[Question]:
    """The caption filter's replies, the longest prompt of a run, and who is shown pictures."""
    return list(_list_questions(config))


def _list_questions(config: InfraredConfig) -> Iterator[Question]:
    prompts = Prompts.load(config.prompts)
    longest = prompts.render(
        "task/conversation",
        sight=prompts.text_of("task/parts/sighted"),
        numbers=prompts.text_of(f"task/parts/{config.boxes_as}"),
        captions="\n".join(["A person stands next to a car on a street with other people."] * 5),
        boxes=list_boxes(
            (Box(label="traffic light", x1=0.123, y1=0.456, x2=0.234, y2=0.567),) * 35, config.boxes_as
        ),
        heat="\n".join(["The person on the left is clearly warmer than the air around it."] * MOST_FACTS),
        examples="\n\n".join(_find_longest(prompts, "task/examples/conversation")),
        questions="\n".join(["relation (answer no): the person is to the left of the bench"] * 6),
        requirements="- Material information is not visible in the infrared image.\n" * 2,
    )
    yield Question(seat="caption", n=config.candidates)
    yield Question(
        seat="task", sees="image" in config.writer_sees, prompt=longest, schema=SCHEMAS["conversation"]
    )
    yield Question(seat="debate", sees="image" in config.judge_sees)
    if config.source is not None and not config.writes_blindly:
        yield Question(seat="captioner", sees=True)
    if isinstance(config.scorer, VqaOptions):
        yield Question(seat="scorer", sees=True)
    if config.verify is not None:
        yield Question(seat="detector", sees=True)


def _find_longest(prompts: Prompts, folder: str) -> list[str]:
    """The two longest texts of a folder: as many as a prompt shows."""
    return sorted(map(prompts.text_of, prompts.list_in(folder)), key=len)[-2:]


def translate(config: InfraredConfig, image: Path, notify: Notify) -> str:
    """Have the translator make one infrared picture."""
    (made,) = build_translator(config.translator, notify).translate([TranslationJob(image, (), seed=1)])
    if isinstance(made, IrloomError):
        raise made
    return "an infrared picture was made"


def score(config: InfraredConfig, image: Path, notify: Notify) -> str:
    """Have the scorer compare two captions."""
    scorer = build_scorer(config.scorer, Lexicon.load(None), notify)
    if scorer is None:
        return "it asks the endpoint above"
    (scores,) = scorer.score([ScoringJob(image, ("a person", "a grey gradient"), ())])
    if isinstance(scores, IrloomError):
        raise scores
    return "two captions were scored"


TRIALS = (
    Trial[InfraredConfig](part="translator", work=translate),
    Trial[InfraredConfig](part="scorer", work=score),
)
