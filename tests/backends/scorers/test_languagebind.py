import copy
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from transformers import CLIPTokenizer
from transformers.utils.logging import warning_once

from irloom.backends.scorers.languagebind import LanguageBind
from irloom.errors import ConfigError
from irloom.options import LanguageBindOptions
from irloom.protocols import Scores, ScoringJob
from support.tiny_languagebind import CONFIG, CONTEXT, SIDE, Style, build, list_tensors, save

MEAN, STD = (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)
CAPTIONS = ("a warm man", "a cold wall", "hot dog")
SHORT = {**CONFIG, "vision_config": {**CONFIG["vision_config"], "lora_r": 0}}


def start(folder: Path, said: list[str] | None = None, **options: Any) -> LanguageBind:
    notify = (said if said is not None else []).append
    return LanguageBind(LanguageBindOptions(model=str(folder), device="cpu", **options), notify)


@pytest.fixture
def images(tmp_path: Path) -> list[Path]:
    """Pictures of the model's own size, which no crop changes."""
    random, paths = np.random.default_rng(0), [tmp_path / f"{index}.png" for index in range(3)]
    for path in paths:
        Image.fromarray(random.integers(0, 256, (SIDE, SIDE, 3), dtype=np.uint8)).save(path)
    return paths


def score(scorer: LanguageBind, images: Sequence[Path], *captions: str) -> torch.Tensor:
    results = scorer.score([ScoringJob(image, captions, ()) for image in images])
    assert all(isinstance(result, Scores) for result in results), results
    return torch.tensor([result.values for result in results if isinstance(result, Scores)])


def score_directly(model: Any, folder: Path, images: Sequence[Path], *captions: str) -> torch.Tensor:
    """The cosines as the model gives them with its adapter beside its weights."""
    pixels = torch.stack([torch.from_numpy(np.array(Image.open(path))) for path in images]) / 255
    pictures = ((pixels - torch.tensor(MEAN)) / torch.tensor(STD)).permute(0, 3, 1, 2)
    tokens = CLIPTokenizer.from_pretrained(folder)(list(captions), padding=True, return_tensors="pt")
    with torch.inference_mode():
        seen = model.visual_projection(model.vision_model(pictures).pooler_output)
        read = model.text_projection(model.text_model(**tokens).pooler_output)
    return torch.nn.functional.normalize(seen, dim=-1) @ torch.nn.functional.normalize(read, dim=-1).T


@pytest.mark.parametrize("style", ["old", "new"])
def test_merged_weights_score_as_the_adapter_beside_the_weights_does(
    style: Style, images: list[Path], tmp_path: Path
) -> None:
    folder = save(tmp_path / "model", list_tensors(style))
    names = set(list_tensors(style))
    assert ("vision_model.encoder.base_model.model.layers.0.self_attn.q_proj.weight" in names) == (
        style == "old"
    )
    found = score(start(folder), images, *CAPTIONS)
    model = build()
    assert torch.allclose(found, score_directly(model, folder, images, *CAPTIONS), atol=2e-6)
    with model.vision_model.encoder.disable_adapter():
        without = score_directly(model, folder, images, *CAPTIONS)
    assert (found - without).abs().max() > 0.01, "the adapter matters"


def test_the_buffers_that_old_checkpoints_hold_are_reported(tmp_path: Path) -> None:
    said: list[str] = []
    start(save(tmp_path / "model", list_tensors("old")), said)
    (line,) = said
    assert "vision_model.embeddings.position_ids, text_model.embeddings.position_ids" in line


def test_a_model_that_was_merged_already_is_taken_as_it_is(images: list[Path], tmp_path: Path) -> None:
    folder = save(tmp_path / "model", list_tensors("new", adapted=False), SHORT)
    direct = score_directly(build(adapted=False), folder, images, *CAPTIONS)
    assert torch.allclose(score(start(folder), images, *CAPTIONS), direct, atol=2e-6)


LAYER = "vision_model.encoder.base_model.model.layers.1.self_attn.v_proj"


@pytest.mark.parametrize(
    ("lost", "added", "reason"),
    [
        (f"{LAYER}.bias", None, "layers.1.self_attn.v_proj.bias is missing"),
        (f"{LAYER}.weight", None, "v_proj.weight lacks A, B or that weight"),
        (f"{LAYER}.lora_A.default.weight", None, "v_proj.weight lacks A, B or that weight"),
        (
            None,
            "vision_model.encoder.layers.0.temporal_attn.q_proj.weight",
            "temporal_attn.q_proj.weight is not",
        ),
        ("logit_scale", None, "logit_scale is missing"),
        (None, f"{LAYER}.lora_A.other.weight", "lora_A.other.weight is not known"),
    ],
)
def test_a_checkpoint_with_one_key_too_many_or_too_few_is_refused(
    lost: str | None, added: str | None, reason: str, tmp_path: Path
) -> None:
    tensors = list_tensors("old")
    if lost:
        del tensors[lost]
    if added:
        tensors[added] = torch.zeros(2, 2)
    with pytest.raises(ConfigError, match=reason):
        start(save(tmp_path / "model", tensors))


def test_the_configuration_of_another_size_is_refused(tmp_path: Path) -> None:
    config = copy.deepcopy(CONFIG)
    config["vision_config"]["num_hidden_layers"] = 1
    with pytest.raises(ConfigError, match=r"not of this model: vision_model.encoder.layers.1.* is not known"):
        start(save(tmp_path / "model", list_tensors("old"), config))
    config["vision_config"]["num_attention_heads"] = 3
    with pytest.raises(ConfigError, match=r"does not make a CLIP model .*attention"):
        start(save(tmp_path / "model", list_tensors("old"), config))


@pytest.mark.parametrize("name", ["vocab_size", "eos_token_id"])
def test_a_tokenizer_that_does_not_fit_the_model_is_refused(name: str, tmp_path: Path) -> None:
    config, tensors = copy.deepcopy(CONFIG), list_tensors("old")
    config["text_config"][name] = 100
    words = "text_model.embeddings.token_embedding.weight"
    tensors[words] = tensors[words][: config["text_config"]["vocab_size"]]
    with pytest.raises(ConfigError, match="take the one that came with the weights"):
        start(save(tmp_path / "model", tensors, config))


@pytest.mark.parametrize("lost", ["vocab.json", "merges.txt"])
def test_a_folder_without_a_whole_tokenizer_is_a_users_mistake(lost: str, tmp_path: Path) -> None:
    folder = save(tmp_path / "model", list_tensors("old"))
    (folder / lost).unlink()
    with pytest.raises(ConfigError, match=r"holds neither tokenizer.json nor vocab.json and merges.txt"):
        start(folder)


def test_a_tokenizer_that_cannot_be_read_is_a_users_mistake(tmp_path: Path) -> None:
    folder = save(tmp_path / "model", list_tensors("old"))
    (folder / "vocab.json").write_text("{")
    with pytest.raises(ConfigError, match=r"the tokenizer in .* cannot be read"):
        start(folder)


def test_a_caption_with_half_a_character_is_its_own_error(images: list[Path], tmp_path: Path) -> None:
    scorer = start(save(tmp_path / "model", list_tensors("old")))
    bad, good = scorer.score([ScoringJob(images[0], (text,), ()) for text in ("half \ud800", "a disc")])
    assert "is no text" in str(bad)
    assert isinstance(good, Scores)


def test_a_caption_is_whole_up_to_the_models_own_length(images: list[Path], tmp_path: Path) -> None:
    scorer = start(save(tmp_path / "model", list_tensors("old")))
    longest = "m" * (CONTEXT - 2)  # a token a letter, and one for each end
    one, two = scorer.score([ScoringJob(images[0], (text,), ()) for text in (longest, longest + "m")])
    assert isinstance(one, Scores)
    assert one.details == {}
    assert isinstance(two, Scores)
    assert two.details["split"][0]["parts"] == 2


def test_a_batch_scores_as_its_jobs_one_by_one(images: list[Path], tmp_path: Path) -> None:
    folder = save(tmp_path / "model", list_tensors("old"))
    together = score(start(folder, batch_size=16), images, *CAPTIONS)
    alone = [score(start(folder, batch_size=1), [image], *CAPTIONS) for image in images]
    assert torch.allclose(together, torch.cat(alone), atol=2e-6)


def test_half_precision_ranks_alike(images: list[Path], tmp_path: Path) -> None:
    folder = save(tmp_path / "model", list_tensors("old"))
    exact = score(start(folder), images, *CAPTIONS)
    assert torch.allclose(score(start(folder, dtype="bfloat16"), images, *CAPTIONS), exact, atol=0.03)


def test_nothing_is_printed_and_nothing_logged(
    tmp_path: Path, images: list[Path], capfd: pytest.CaptureFixture[str]
) -> None:
    folder = save(tmp_path / "model", list_tensors("old"))
    logged: list[logging.LogRecord] = []
    handler = logging.Handler()
    handler.emit = logged.append  # type: ignore[method-assign, assignment]
    logging.getLogger("transformers").addHandler(handler)
    warning_once.cache_clear()  # what was said once, while the checkpoint was made, may be said again
    try:
        score(start(folder), images, *CAPTIONS, "long " * 50)
    finally:
        logging.getLogger("transformers").removeHandler(handler)
    assert [record.getMessage() for record in logged] == []
    assert capfd.readouterr() == ("", "")
