"""Makes models so small that a test can make them, which say the same always, or what an image decides.

They are real Llama and LLaVA checkpoints whose weights are a table of which word follows which: every
word has a dimension of its own, and attention and layers between add nothing to it. The model that sees
has one dimension more, in which attention averages how bright the image's patches are.
"""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import WhitespaceSplit
from transformers import (
    CLIPImageProcessor,
    CLIPVisionConfig,
    LlamaConfig,
    LlamaForCausalLM,
    LlavaConfig,
    LlavaForConditionalGeneration,
    LlavaProcessor,
    PreTrainedTokenizerFast,
)

MARKS = ("<pad>", "<unk>", "<eos>", "<image>", "<system>", "<user>", "<assistant>")
WIDTH = 64
BRIGHT = WIDTH - 1
"""The dimension that holds brightness."""
PATCH = 14
FOLLOWS, TILTS = 3.0, 0.2
"""How much a word asks for the next one, and how much brightness tilts that."""
TEMPLATE = (
    "{% for message in messages %}<{{ message.role }}> "
    "{% if message.content is string %}{{ message.content }} {% else %}"
    "{% for part in message.content %}"
    "{% if part.type == 'image' %}<image> {% else %}{{ part.text }} {% endif %}"
    "{% endfor %}{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}<assistant>{% endif %}"
)


def make_speaker(folder: Path, text: str) -> str:
    """A Llama that answers everything with `text`, whose words all differ; returns its name."""
    words = [*MARKS, *text.split()]
    model = LlamaForCausalLM(_text_config(len(words)))
    with torch.no_grad():
        _silence(model)
        _embed(model.model, words)
        _teach(model.lm_head, words, ["<assistant>", *text.split(), "<eos>"])
    model.save_pretrained(folder)
    _build_tokenizer(words).save_pretrained(folder)
    return str(folder)


def make_seer(folder: Path, bright: str, dark: str) -> str:
    """A LLaVA that says one word of an image that is mostly bright, and another of a dark one."""
    words = [*MARKS, *dict.fromkeys((bright, dark))]
    vision = CLIPVisionConfig(
        hidden_size=8,
        intermediate_size=8,
        num_hidden_layers=1,
        num_attention_heads=1,
        image_size=2 * PATCH,
        patch_size=PATCH,
    )
    config = LlavaConfig(
        vision_config=vision,
        text_config=_text_config(len(words)),
        image_token_index=words.index("<image>"),
        vision_feature_layer=-1,
        image_seq_length=4,
    )
    model = LlavaForConditionalGeneration(config)
    with torch.no_grad():
        _silence(model)
        _embed(model.model.language_model, words)
        for word in dict.fromkeys((bright, dark)):
            _teach(model.lm_head, words, ["<assistant>", word, "<eos>"])
        _open_eyes(model)
        model.lm_head.weight[words.index(bright), BRIGHT] += TILTS
        model.lm_head.weight[words.index(dark), BRIGHT] -= TILTS
    model.generation_config.eos_token_id = words.index("<eos>")
    model.generation_config.pad_token_id = words.index("<pad>")
    model.save_pretrained(folder)
    _build_processor(words).save_pretrained(folder)
    return str(folder)


def _open_eyes(model: LlavaForConditionalGeneration) -> None:
    """Lead brightness from the pixels of a patch to the end of the text."""
    tower = model.model.vision_tower
    tower.embeddings.patch_embedding.weight[0] = 1 / (3 * PATCH * PATCH)
    tower.pre_layrnorm.weight.fill_(1)
    projector = model.model.multi_modal_projector
    projector.linear_1.weight[0, 0], projector.linear_1.weight[1, 0] = 1, -1
    projector.linear_2.weight[BRIGHT, 0], projector.linear_2.weight[BRIGHT, 1] = 1, -1
    attention = model.model.language_model.layers[0].self_attn
    attention.v_proj.weight[0, BRIGHT] = 1
    attention.o_proj.weight[BRIGHT, 0] = 1


def _text_config(words: int) -> LlamaConfig:
    assert words < BRIGHT
    return LlamaConfig(
        vocab_size=words,
        hidden_size=WIDTH,
        intermediate_size=8,
        num_hidden_layers=1,
        num_attention_heads=1,
        max_position_embeddings=4096,
        bos_token_id=None,
        eos_token_id=MARKS.index("<eos>"),
        pad_token_id=MARKS.index("<pad>"),
    )


def _silence(model: torch.nn.Module) -> None:
    for weights in model.parameters():
        weights.zero_()


def _embed(text: Any, words: Sequence[str]) -> None:
    """Give each word its dimension, and let the layers pass it on."""
    text.embed_tokens.weight[:, : len(words)] = torch.eye(len(words))
    for norm in (text.norm, text.layers[0].input_layernorm, text.layers[0].post_attention_layernorm):
        norm.weight.fill_(1)


def _teach(head: torch.nn.Linear, words: Sequence[str], said: Sequence[str]) -> None:
    for word, following in pairwise(said):
        head.weight[words.index(following), words.index(word)] = FOLLOWS


def _build_tokenizer(words: Sequence[str]) -> PreTrainedTokenizerFast:
    tokenizer = Tokenizer(WordLevel({word: index for index, word in enumerate(words)}, unk_token="<unk>"))
    tokenizer.pre_tokenizer = WhitespaceSplit()
    return PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer,
        pad_token="<pad>",
        unk_token="<unk>",
        eos_token="<eos>",
        additional_special_tokens=list(MARKS[3:]),
        chat_template=TEMPLATE,
    )


def _build_processor(words: Sequence[str]) -> LlavaProcessor:
    side = {"height": 2 * PATCH, "width": 2 * PATCH}
    images = CLIPImageProcessor(
        size={"shortest_edge": 2 * PATCH}, crop_size=side, image_mean=[0.5] * 3, image_std=[0.5] * 3
    )
    return LlavaProcessor(  # type: ignore[no-untyped-call]
        images,
        _build_tokenizer(words),
        patch_size=PATCH,
        vision_feature_select_strategy="default",
        chat_template=TEMPLATE,
        image_token="<image>",
        num_additional_image_tokens=1,
    )
