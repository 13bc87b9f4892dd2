import json
from pathlib import Path
from typing import Any

import huggingface_hub.constants
import numpy as np
import open_clip
import pytest
import torch
from PIL import Image

from irloom.backends.quiet import hush_libraries
from irloom.backends.scorers.open_clip import OpenClip, locate_weights
from irloom.errors import ConfigError
from irloom.options import OpenClipOptions
from irloom.protocols import Scores, ScoringJob
from support.tiny_clip import CONFIG, CONTEXT, register, save_untrained

NAME = "tiny-plain"
CAPTIONS = ("a hot disc", "a cold square", "two people beside a car")


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clip")
    register(folder, NAME)
    register(folder, "tiny-other", {**CONFIG, "embed_dim": 16})
    return save_untrained(folder, NAME)


@pytest.fixture
def image(tmp_path: Path) -> Path:
    pixels = np.random.default_rng(0).integers(0, 256, (37, 61), dtype=np.uint8)
    Image.fromarray(pixels).save(tmp_path / "grey.png")
    return tmp_path / "grey.png"


@pytest.fixture
def offline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)


def start(checkpoint: Path, **options: Any) -> OpenClip:
    return OpenClip(
        OpenClipOptions(**{"model": NAME, "pretrained": str(checkpoint), "device": "cpu", **options})
    )


def score(scorer: OpenClip, image: Path, *captions: str) -> Scores:
    (result,) = scorer.score([ScoringJob(image, captions, ())])
    assert isinstance(result, Scores), result
    return result


def score_directly(checkpoint: Path, image: Path, *captions: str) -> torch.Tensor:
    """The cosines as open_clip's own functions give them."""
    with hush_libraries():
        model, _, prepare = open_clip.create_model_and_transforms(NAME, pretrained=str(checkpoint))
    with torch.inference_mode(), Image.open(image) as picture:
        seen: torch.Tensor = model.eval().encode_image(prepare(picture)[None], normalize=True)
        read: torch.Tensor = model.encode_text(open_clip.get_tokenizer(NAME)(list(captions)), normalize=True)
        return (seen @ read.T)[0]


def test_scores_are_those_of_open_clip_itself(checkpoint: Path, image: Path) -> None:
    found = score(start(checkpoint), image, *CAPTIONS)
    expected = score_directly(checkpoint, image, *CAPTIONS)
    assert torch.allclose(torch.tensor(found.values), expected, atol=2e-6)
    assert len({round(value, 3) for value in found.values}) == 3, "the captions differ"


def test_the_name_says_model_and_weights_but_no_folder_of_this_machine(checkpoint: Path) -> None:
    assert start(checkpoint).name == f"open_clip {NAME} {checkpoint.name}"


def test_each_crop_shows_another_picture(checkpoint: Path, image: Path) -> None:
    own, *others = (
        score(start(checkpoint, **options), image, *CAPTIONS).values
        for options in ({}, {"crop": "center"}, {"crop": "pad"}, {"crop": "squash"})
    )
    assert own == others[0], "left out, it is as the model was trained"
    assert len(set(others)) == 3


def test_a_caption_is_never_cut(checkpoint: Path, image: Path) -> None:
    scorer = start(checkpoint)
    fitting = " ".join(["hot"] * (CONTEXT - 3))
    assert score(scorer, image, fitting).details == {}
    long = f"{fitting} hot hot. A cold square."
    found = score(scorer, image, long)
    parts = score_directly(
        checkpoint, image, "hot hot hot hot hot hot hot", "hot hot hot hot hot hot hot hot."
    )
    last = score_directly(checkpoint, image, "A cold square.")
    assert torch.allclose(torch.tensor(found.values), torch.cat([parts, last]).mean(), atol=2e-6)
    assert found.details["split"][0]["parts"] == 3
    assert score(scorer, image, long.removesuffix("square.") + "disc.").values != found.values, (
        "its end counts"
    )


def test_the_template_surrounds_the_caption(checkpoint: Path, image: Path) -> None:
    found = score(start(checkpoint, template="a thermal photo of {}"), image, "a {disc}")
    expected = score_directly(checkpoint, image, "a thermal photo of a {disc}")
    assert torch.allclose(torch.tensor(found.values), expected, atol=2e-6)


def test_half_precision_ranks_alike(checkpoint: Path, image: Path) -> None:
    exact = score(start(checkpoint), image, *CAPTIONS).values
    half = score(start(checkpoint, dtype="bfloat16"), image, *CAPTIONS).values
    assert half == pytest.approx(exact, abs=0.03)


def test_a_folder_with_its_own_configuration_brings_its_weights(
    checkpoint: Path, image: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "open_clip_config.json").write_text(json.dumps({"model_cfg": CONFIG}))
    (folder / "open_clip_model.bin").write_bytes(checkpoint.read_bytes())
    scorer = start(checkpoint, model=f"local-dir:{folder}", pretrained="unused")
    assert scorer.name == "open_clip mine"
    assert score(scorer, image, *CAPTIONS).values == score(start(checkpoint), image, *CAPTIONS).values
    assert locate_weights(OpenClipOptions(model=f"local-dir:{folder}")) == folder
    (folder / "open_clip_model.bin").unlink()
    with pytest.raises(ConfigError, match="cannot load"):
        start(checkpoint, model=f"local-dir:{folder}")


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"model": "ViT-L14"}, "open_clip has no model 'ViT-L14': choose another, such as ViT-L-14"),
        ({"pretrained": "none.pt"}, f"'none.pt' is no checkpoint file and no tag of {NAME} .its tags: none"),
        ({"model": "ViT-L-14", "pretrained": "none"}, "its tags: openai, .*datacomp_xl_s13b_b90k"),
        ({"model": "tiny-other"}, "cannot load 'tiny-other' .*belongs to this model"),
        ({"template": "hot " * CONTEXT + "{}"}, "leaves no room for a caption"),
    ],
)
def test_a_model_or_checkpoint_that_is_not_there_is_a_users_mistake(
    options: dict[str, str], reason: str, checkpoint: Path, offline: None
) -> None:
    with pytest.raises(ConfigError, match=reason):
        start(checkpoint, **options)


def test_a_checkpoint_that_is_broken_or_lacks_a_key_is_refused(checkpoint: Path, tmp_path: Path) -> None:
    torn = tmp_path / "torn.pt"
    torn.write_bytes(checkpoint.read_bytes()[:1000])
    with pytest.raises(ConfigError, match="check that the checkpoint is whole"):
        start(torn)
    tensors = torch.load(checkpoint, weights_only=True)
    del tensors["visual.proj"]
    torch.save(tensors, torn)
    with pytest.raises(ConfigError, match=r"Missing key.*visual\.proj"):
        start(torn)


def test_weights_for_the_other_activation_are_refused(
    checkpoint: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = {"file": str(checkpoint), "hf_hub": "", "quick_gelu": True}
    monkeypatch.setitem(open_clip.pretrained._PRETRAINED, NAME, {"mine": known})
    with pytest.raises(ConfigError, match="add or drop -quickgelu"):
        start(checkpoint, pretrained="mine")


def test_weights_that_cannot_be_fetched_are_a_users_mistake(
    offline: None, capfd: pytest.CaptureFixture[str]
) -> None:
    said: list[str] = []
    for options, name in (
        (OpenClipOptions(), "laion/CLIP-ViT-L-14-DataComp.XL-s13B-b90K"),
        (OpenClipOptions(model="hf-hub:maker/clip"), "maker/clip"),
    ):
        with pytest.raises(ConfigError, match=f"{name} cannot be fetched.*give a checkpoint file"):
            OpenClip(options, said.append)
        assert said.pop() == f"Fetching {name} from the hub, once."
    assert capfd.readouterr() == ("", "")


def test_nothing_is_printed(checkpoint: Path, image: Path, capfd: pytest.CaptureFixture[str]) -> None:
    score(start(checkpoint), image, *CAPTIONS)
    assert capfd.readouterr() == ("", "")
