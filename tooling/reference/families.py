"""Tiny random encoders of other families in Hugging Face transformers, with PyTorch's outputs in double precision.

For each: config.json, the weights as `save_pretrained` names them, a batch, the vectors of its tokens, a weighted sum of
them, and the gradient of that sum for every parameter. No package runs this; its output is a committed fixture.

usage: python families.py FOLDER      writes FOLDER/families.json
needs: torch, transformers 5, safetensors
"""

import base64
import json
import sys
from pathlib import Path

import torch
import transformers
from safetensors.torch import save

SIZES = dict(hidden_size=8, num_hidden_layers=3, num_attention_heads=2, intermediate_size=12)
COMMON = dict(vocab_size=16, max_position_embeddings=7, **SIZES)
# Longer than ModernBERT's window. The second row is padded by no more than the window: a query that sees no token at
# all gives NaN in PyTorch.
IDS = torch.tensor([[2, 5, 4, 9, 7, 3], [2, 9, 10, 3, 0, 0]])
MASK = (IDS != 0).long()
TYPES = torch.tensor([[0, 0, 0, 1, 1, 1], [0, 1, 1, 1, 0, 0]])
NO_DROPOUT = dict(hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0)
MODERN = dict(**COMMON, pad_token_id=0, bos_token_id=2, eos_token_id=3, cls_token_id=2, sep_token_id=3, local_attention=4)

# name, config, class, prefix of the names in the file, arguments of the config
CASES = [
    ("DistilBERT", "DistilBertConfig", "DistilBertModel", "", dict(vocab_size=16, dim=8, n_layers=3, n_heads=2, hidden_dim=12, max_position_embeddings=7)),
    ("DistilBERT, ReLU, under a head's prefix", "DistilBertConfig", "DistilBertModel", "distilbert.", dict(vocab_size=16, dim=8, n_layers=1, n_heads=4, hidden_dim=12, max_position_embeddings=7, activation="relu")),
    ("ELECTRA's generator, narrower words", "ElectraConfig", "ElectraModel", "electra.", dict(**COMMON, embedding_size=4)),
    ("ELECTRA's discriminator", "ElectraConfig", "ElectraModel", "", dict(**COMMON, embedding_size=8)),
    ("ALBERT", "AlbertConfig", "AlbertModel", "", dict(**COMMON, embedding_size=4)),
    ("ALBERT, two groups of two layers", "AlbertConfig", "AlbertModel", "albert.", dict(**{**COMMON, "num_hidden_layers": 4}, embedding_size=6, num_hidden_groups=2, inner_group_num=2, hidden_act="gelu")),
    ("ModernBERT", "ModernBertConfig", "ModernBertModel", "", dict(**MODERN, global_attn_every_n_layers=3)),
    ("ModernBERT with biases, SiLU", "ModernBertConfig", "ModernBertModel", "model.", dict(**MODERN, global_attn_every_n_layers=2, attention_bias=True, mlp_bias=True, norm_bias=True, hidden_activation="silu")),
]


def numbers(shape, generator, scale=0.3):
    """Numbers that are exact in float32, so that every precision starts with the same ones."""
    return (torch.randn(shape, generator=generator, dtype=torch.float64) * scale * 256).round() / 256


def packed(tensors):
    """A safetensors file as text."""
    return base64.b64encode(save({name: tensor.contiguous() for name, tensor in tensors.items()})).decode()


def single(tensor):
    return tensor.detach().to(torch.float32 if tensor.is_floating_point() else torch.int32)


def run(index, name, config_kind, kind, prefix, options):
    generator = torch.Generator().manual_seed(2000 + index)
    config = getattr(transformers, config_kind)(**options, architectures=[kind], attn_implementation="eager")
    model = getattr(transformers, kind)(config).double().eval()
    with torch.no_grad():
        for parameter_name, parameter in model.named_parameters():
            is_scale = "norm" in parameter_name.lower() and parameter_name.endswith("weight")
            parameter.copy_(numbers(parameter.shape, generator) + (1.0 if is_scale else 0))
    types = {} if config_kind in ("DistilBertConfig", "ModernBertConfig") else dict(token_type_ids=TYPES)
    outputs = model(input_ids=IDS, attention_mask=MASK, **types)
    hidden = outputs.last_hidden_state * MASK.unsqueeze(2)
    weights = numbers(hidden.shape, generator, 1)
    loss = (hidden * weights).sum()
    reference = {"outputs.last_hidden_state": single(hidden), "weights.last_hidden_state": single(weights)}
    pooled = outputs.get("pooler_output")
    if pooled is not None:
        pooled_weights = numbers(pooled.shape, generator, 1)
        loss = loss + (pooled * pooled_weights).sum()
        reference |= {"outputs.pooler_output": single(pooled), "weights.pooler_output": single(pooled_weights)}
    loss.backward()
    for parameter_name, parameter in model.named_parameters():
        if parameter.grad is not None:
            reference[f"gradients.{prefix}{parameter_name}"] = single(parameter.grad)
    reference |= {"loss": single(loss.reshape(1)), "input_ids": single(IDS), "attention_mask": single(MASK), "token_type_ids": single(TYPES)}
    stored = {prefix + key: single(parameter) for key, parameter in model.named_parameters()}
    return {"name": name, "config": config.to_dict(), "weights": packed(stored), "reference": packed(reference)}


def main(folder):
    fixture = {
        "provenance": f"tooling/reference/families.py, transformers {transformers.__version__}, PyTorch {torch.__version__}, double precision",
        "cases": [run(index, *case) for index, case in enumerate(CASES)],
    }
    target = Path(folder) / "families.json"
    target.write_text(json.dumps(fixture, indent=1) + "\n")
    print(target, target.stat().st_size, "bytes,", len(fixture["cases"]), "cases")


main(sys.argv[1])
