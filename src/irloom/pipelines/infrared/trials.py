"""How `irloom doctor --load` tries the backends of this flow."""

from pathlib import Path

from irloom.backends.builders import build_scorer, build_translator
from irloom.errors import IrloomError
from irloom.lexicon import Lexicon
from irloom.pipelines.flow import Notify, Trial
from irloom.pipelines.infrared.config import InfraredConfig
from irloom.protocols import ScoringJob, TranslationJob


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
