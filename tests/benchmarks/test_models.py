"""The random models are of the form that each backend loads, and what is counted of their work is right."""

from pathlib import Path

import pytest
import torch
from PIL import Image
from pydantic import TypeAdapter

from benchmarks.contestants.bandwidth import ByteCount
from benchmarks.contestants.random_models import MAKERS
from benchmarks.models import PARTS
from irloom.backends.builders import build_scorer, build_translator
from irloom.lexicon import Lexicon
from irloom.options import ScorerOptions, TranslatorOptions
from irloom.protocols import Scores, ScoringJob, Translation, TranslationJob


@pytest.mark.parametrize("name", MAKERS)
def test_a_random_model_is_loaded_and_works(name: str, tmp_path: Path) -> None:
    part, image = PARTS[name], tmp_path / "1.png"
    Image.linear_gradient("L").resize((64, 48)).convert("RGB").save(image)
    device = {"device": "cpu"} if name != "grounding" else {}
    options = {"kind": name, **MAKERS[name](tmp_path, False), **device}
    if part == "translator":
        translator = build_translator(TypeAdapter(TranslatorOptions).validate_python(options), print)
        (made,) = translator.translate([TranslationJob(image, (), 0)])
        assert isinstance(made, Translation), made
        return
    scorer = build_scorer(TypeAdapter(ScorerOptions).validate_python(options), Lexicon.load(None), print)
    assert scorer is not None
    (scores,) = scorer.score([ScoringJob(image, ("A dog.", "A bench in a park."), ())])
    assert isinstance(scores, Scores), scores
    assert len(scores.values) == 2


def test_bytes_are_counted_for_what_is_read_and_written_and_not_for_views() -> None:
    values = torch.zeros(1000, dtype=torch.float32)
    with ByteCount(values.device) as count:
        values.view(10, 100).add(1.0)
    assert count.moved == 2 * 4000


def test_bytes_of_another_device_do_not_count() -> None:
    values = torch.zeros(1000)
    with ByteCount(torch.device("cuda")) as count:
        values.add(1.0)
    assert count.moved == 0
