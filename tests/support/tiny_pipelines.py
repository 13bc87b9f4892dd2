"""Editing pipelines of diffusers with tiny random weights, and tokenizers of their own."""

from pathlib import Path
from typing import Any

import diffusers as _diffusers
import torch
import transformers as _transformers
from diffusers.pipelines.stable_diffusion.safety_checker import StableDiffusionSafetyChecker
from peft import LoraConfig
from peft.utils import get_peft_model_state_dict
from tokenizers.pre_tokenizers import ByteLevel

from irloom.options import DiffusersOptions

# Both are typed by half, which a strict checker takes for mistakes of ours.
diffusers: Any = _diffusers
transformers: Any = _transformers

QUIET = "ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning"
"""A warning of diffusers' schedulers under the newest numpy, which Python shows to testers alone."""
LETTERS = sorted(ByteLevel.alphabet())
"""What stands for each byte."""


def build_instruct_pix2pix(*, checked: bool = False) -> Any:
    """A pipeline with a UNet; its safety checker, where it has one, takes offence at everything."""
    torch.manual_seed(0)
    unet = diffusers.UNet2DConditionModel(
        block_out_channels=(8, 8),
        layers_per_block=1,
        sample_size=8,
        in_channels=8,
        out_channels=4,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        cross_attention_dim=16,
        attention_head_dim=4,
        norm_num_groups=4,
    )
    return diffusers.StableDiffusionInstructPix2PixPipeline(
        vae=_build_vae(latent_channels=4),
        text_encoder=_build_clip_text(),
        tokenizer=_build_clip_tokenizer(),
        unet=unet,
        scheduler=diffusers.EulerAncestralDiscreteScheduler(),
        safety_checker=_build_offended_checker() if checked else None,
        feature_extractor=transformers.CLIPImageProcessor(size={"shortest_edge": 16}, crop_size=16),
        requires_safety_checker=False,
    )


def build_stable_diffusion() -> Any:
    """A pipeline that draws from text alone, with a UNet."""
    torch.manual_seed(0)
    unet = diffusers.UNet2DConditionModel(
        block_out_channels=(8, 8),
        layers_per_block=1,
        sample_size=8,
        in_channels=4,
        out_channels=4,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        cross_attention_dim=16,
        attention_head_dim=4,
        norm_num_groups=4,
    )
    return diffusers.StableDiffusionPipeline(
        vae=_build_vae(latent_channels=4),
        text_encoder=_build_clip_text(),
        tokenizer=_build_clip_tokenizer(),
        unet=unet,
        scheduler=diffusers.EulerDiscreteScheduler(steps_offset=1),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )


def build_flux_kontext() -> Any:
    """A pipeline with a transformer over packed latents, and two text encoders."""
    torch.manual_seed(0)
    words = [(f"▁{letter}", -1.0) for letter in "abcdefghijklmnopqrstuvwxyz"]
    letters = [(letter, -2.0) for letter in "▁abcdefghijklmnopqrstuvwxyz.,-0123456789"]
    t5_tokenizer = transformers.T5TokenizerFast(
        vocab=[("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), *words, *letters],
        extra_ids=0,
        model_max_length=512,
    )
    return diffusers.FluxKontextPipeline(
        scheduler=diffusers.FlowMatchEulerDiscreteScheduler(),
        vae=_build_vae(latent_channels=1, shift_factor=0.06, scaling_factor=0.3),
        text_encoder=_build_clip_text(),
        tokenizer=_build_clip_tokenizer(),
        text_encoder_2=transformers.T5EncoderModel(
            transformers.T5Config(
                vocab_size=len(t5_tokenizer), d_model=16, d_kv=4, d_ff=16, num_layers=1, num_heads=2
            )
        ),
        tokenizer_2=t5_tokenizer,
        transformer=diffusers.FluxTransformer2DModel(
            patch_size=1,
            in_channels=4,
            num_layers=1,
            num_single_layers=1,
            attention_head_dim=16,
            num_attention_heads=1,
            joint_attention_dim=16,
            pooled_projection_dim=16,
            guidance_embeds=True,
            axes_dims_rope=(4, 4, 8),
        ),
    )


def build_qwen_image_edit() -> Any:
    """A pipeline whose text encoder sees the photograph too."""
    torch.manual_seed(0)
    tokenizer = _build_qwen_tokenizer()
    return diffusers.QwenImageEditPlusPipeline(
        scheduler=diffusers.FlowMatchEulerDiscreteScheduler(),
        vae=diffusers.AutoencoderKLQwenImage(
            base_dim=4,
            z_dim=4,
            dim_mult=[1, 1, 1, 1],
            num_res_blocks=1,
            latents_mean=[0.0] * 4,
            latents_std=[1.0] * 4,
        ),
        text_encoder=_build_qwen_encoder(tokenizer),
        tokenizer=tokenizer,
        processor=transformers.Qwen2VLProcessor(
            image_processor=transformers.Qwen2VLImageProcessor(min_pixels=28 * 28, max_pixels=56 * 56),
            tokenizer=tokenizer,
            video_processor=transformers.Qwen2VLVideoProcessor(),
        ),
        transformer=diffusers.QwenImageTransformer2DModel(
            patch_size=2,
            in_channels=16,
            out_channels=4,
            num_layers=1,
            attention_head_dim=16,
            num_attention_heads=1,
            joint_attention_dim=16,
            axes_dims_rope=(4, 4, 8),
        ),
    )


def save_lora(pipeline: Any, part: str, folder: Path) -> Path:
    """Make a LoRA for the attention of a part with peft, and save it as diffusers does."""
    torch.manual_seed(1)
    model = getattr(pipeline, part)
    model.add_adapter(LoraConfig(r=2, lora_alpha=4, target_modules=["to_q", "to_v"], init_lora_weights=False))
    pipeline.save_lora_weights(folder, **{f"{part}_lora_layers": get_peft_model_state_dict(model)})
    model.delete_adapters("default")
    return folder


def _build_vae(**given: Any) -> Any:
    return diffusers.AutoencoderKL(
        block_out_channels=(4, 4),
        norm_num_groups=4,
        down_block_types=("DownEncoderBlock2D",) * 2,
        up_block_types=("UpDecoderBlock2D",) * 2,
        layers_per_block=1,
        sample_size=16,
        use_quant_conv=False,
        use_post_quant_conv=False,
        **given,
    )


def _build_clip_tokenizer() -> Any:
    """One token for a word of the translator's own prompt or so, one a letter for others."""
    merges: dict[tuple[str, str], None] = {}
    for word in DiffusersOptions(model="").prompt.lower().split():
        start, *letters = (*word[:-1], f"{word[-1]}</w>")
        for letter in letters:
            merges[start, letter] = None
            start += letter
    names = [*LETTERS, *(f"{letter}</w>" for letter in LETTERS), *map("".join, merges)]
    names = [*dict.fromkeys(names), "<|startoftext|>", "<|endoftext|>"]
    vocabulary = {name: number for number, name in enumerate(names)}
    return transformers.CLIPTokenizer(vocab=vocabulary, merges=list(merges), model_max_length=77)


def _build_clip_text() -> Any:
    tokens = len(_build_clip_tokenizer())
    return transformers.CLIPTextModel(
        transformers.CLIPTextConfig(
            vocab_size=tokens,
            hidden_size=16,
            intermediate_size=16,
            num_attention_heads=2,
            num_hidden_layers=1,
            bos_token_id=tokens - 2,
            eos_token_id=tokens - 1,
            pad_token_id=tokens - 1,
        )
    )


def _build_offended_checker() -> Any:
    vision = {
        "hidden_size": 16,
        "intermediate_size": 16,
        "num_attention_heads": 2,
        "num_hidden_layers": 1,
        "image_size": 16,
        "patch_size": 8,
    }
    text = {"hidden_size": 16, "intermediate_size": 16, "num_attention_heads": 2, "num_hidden_layers": 1}
    checker: Any = StableDiffusionSafetyChecker(
        transformers.CLIPConfig(text_config=text, vision_config=vision, projection_dim=16)
    )
    # No cosine is below -1.
    checker.concept_embeds_weights.data.fill_(-1.1)
    return checker


def _build_qwen_tokenizer() -> Any:
    special = [
        "<|im_start|>",
        "<|im_end|>",
        "<|vision_start|>",
        "<|vision_end|>",
        "<|image_pad|>",
        "<|video_pad|>",
    ]
    vocabulary = {name: number for number, name in enumerate([*LETTERS, "<|endoftext|>"])}
    tokenizer = transformers.Qwen2Tokenizer(vocab=vocabulary, merges=[])
    tokenizer.add_special_tokens({"additional_special_tokens": special})
    return tokenizer


def _build_qwen_encoder(tokenizer: Any) -> Any:
    numbers = {name: tokenizer.convert_tokens_to_ids(f"<|{name}|>") for name in _SEEN}
    text = {
        "vocab_size": len(tokenizer),
        "hidden_size": 16,
        "intermediate_size": 16,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "num_key_value_heads": 2,
        "rope_parameters": {"rope_type": "default", "mrope_section": [1, 1, 2], "rope_theta": 1e4},
        "bos_token_id": None,
        "eos_token_id": None,
    }
    vision = {
        "depth": 1,
        "hidden_size": 16,
        "intermediate_size": 16,
        "num_heads": 2,
        "out_hidden_size": 16,
        "fullatt_block_indexes": [0],
    }
    return transformers.Qwen2_5_VLForConditionalGeneration(
        transformers.Qwen2_5_VLConfig(
            text_config=text,
            vision_config=vision,
            image_token_id=numbers["image_pad"],
            video_token_id=numbers["video_pad"],
            vision_start_token_id=numbers["vision_start"],
            vision_end_token_id=numbers["vision_end"],
        )
    )


_SEEN = ("image_pad", "video_pad", "vision_start", "vision_end")
