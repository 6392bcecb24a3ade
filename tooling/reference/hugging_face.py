"""Tiny random checkpoints of Hugging Face transformers, with PyTorch's outputs in double precision.

For each head and option: config.json, the weights as `save_pretrained` names them, a batch, its outputs, the loss, and
the gradient of every parameter. No package runs this; its outputs are committed as fixtures.

usage: python hugging_face.py FOLDER      writes FOLDER/transformers-5.json, or -4.json under transformers 4; only
                                          version 4 has relative positions
needs: torch, transformers, safetensors
"""

import base64
import json
import sys
from pathlib import Path

import torch
import transformers
from safetensors.torch import save
from transformers import BertConfig

MAJOR = int(transformers.__version__.split(".")[0])
TOKENS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"abcdefghijk"]
SIZES = dict(
    vocab_size=len(TOKENS),
    hidden_size=8,
    num_hidden_layers=2,
    num_attention_heads=2,
    intermediate_size=12,
    max_position_embeddings=7,
)

# [CLS] a b [SEP] c [SEP] and shorter rows, padded.
IDS = torch.tensor([[2, 5, 4, 3, 7, 3], [2, 9, 10, 3, 0, 0], [2, 4, 4, 12, 3, 0]])
MASK = (IDS != 0).long()
TYPES = torch.tensor([[0, 0, 0, 0, 1, 1], [0, 0, 0, 0, 0, 0], [0, 0, 1, 1, 1, 0]])
MASKED = torch.tensor([[-100, 5, 6, -100, 7, -100], [-100, 9, -100, -100, -100, -100], [-100, 14, 15, -100, -100, -100]])
TAGS = torch.tensor([[-100, 0, 2, -100, 1, -100], [-100, 1, 1, -100, -100, -100], [-100, 2, 0, 0, -100, -100]])
LABELS = {
    "single_label_classification": torch.tensor([2, 0, 1]),
    "multi_label_classification": torch.tensor([[1.0, 0, 1], [0, 0, 1], [1, 1, 0]]).double(),
    "regression": torch.tensor([[0.5, -1, 2], [0, 1.5, -0.25], [1, 0.75, -2]]).double(),
}

# name, class, its labels, differences from the config above
CASES = {
    5: [
        ("BertModel", "BertModel", {}, {}),
        ("BertModel without pooler, tanh GELU", "BertModel", {}, dict(hidden_act="gelu_new", pooler=False)),
        ("BertModel, ReLU, 16 token types", "BertModel", {}, dict(hidden_act="relu", type_vocab_size=16)),
        ("BertModel, SiLU, epsilon 1e-5", "BertModel", {}, dict(hidden_act="silu", layer_norm_eps=1e-5)),
        ("BertModel without a padding row", "BertModel", {}, dict(pad_token_id=None)),
        (
            "BertForPreTraining",
            "BertForPreTraining",
            dict(labels=MASKED, next_sentence_label=torch.tensor([1, 0, 1])),
            {},
        ),
        ("BertForMaskedLM, tanh GELU", "BertForMaskedLM", dict(labels=MASKED), dict(hidden_act="gelu_new")),
        ("BertForNextSentencePrediction", "BertForNextSentencePrediction", dict(labels=torch.tensor([1, 0, 1])), {}),
        *(
            (f"BertForSequenceClassification, {problem}", "BertForSequenceClassification", dict(labels=labels), dict(problem_type=problem, num_labels=3))
            for problem, labels in LABELS.items()
        ),
        ("BertForTokenClassification", "BertForTokenClassification", dict(labels=TAGS), dict(num_labels=3)),
        # Starts and ends beyond the row are ignored, each separately.
        ("BertForQuestionAnswering", "BertForQuestionAnswering", dict(start_positions=torch.tensor([1, 6, 2]), end_positions=torch.tensor([3, 2, 9])), {}),
    ],
    4: [
        ("BertModel, relative keys", "BertModel", {}, dict(position_embedding_type="relative_key")),
        ("BertModel, relative keys and queries", "BertModel", {}, dict(position_embedding_type="relative_key_query")),
        (
            "BertForPreTraining, relative keys and queries",
            "BertForPreTraining",
            dict(labels=MASKED, next_sentence_label=torch.tensor([1, 0, 1])),
            dict(position_embedding_type="relative_key_query", hidden_act="gelu_new"),
        ),
    ],
}


def numbers(shape, generator, scale=0.4):
    """Numbers that are exact in float32, so that both sides start with the same ones."""
    return (torch.randn(shape, generator=generator, dtype=torch.float64) * scale * 256).round() / 256


def packed(tensors):
    """A safetensors file as text."""
    return base64.b64encode(save({name: tensor.contiguous() for name, tensor in tensors.items()})).decode()


def single(tensor):
    return tensor.detach().to(torch.float32 if tensor.is_floating_point() else torch.int32)


def run(index, name, kind, labels, options):
    generator = torch.Generator().manual_seed(1000 + index)
    options = dict(options)
    pooler = options.pop("pooler", True)
    config = BertConfig(**{**SIZES, **options}, architectures=[kind], attn_implementation="eager")
    extra = {} if pooler else {"add_pooling_layer": False}
    model = getattr(transformers, kind)(config, **extra).double().eval()
    with torch.no_grad():
        for parameter_name, parameter in model.named_parameters():
            scale = parameter.new_tensor(1.0) if parameter_name.endswith("LayerNorm.weight") else 0
            parameter.copy_(numbers(parameter.shape, generator) + scale)
    everything = {} if labels else dict(output_hidden_states=True, output_attentions=True)
    outputs = model(input_ids=IDS, attention_mask=MASK, token_type_ids=TYPES, **everything, **labels)
    reference = {}
    for key, value in outputs.items():
        if isinstance(value, tuple):
            reference |= {f"outputs.{key}.{i}": single(item) for i, item in enumerate(value)}
        elif key != "loss":
            reference[f"outputs.{key}"] = single(value)
    loss = outputs.get("loss")
    if loss is None:
        # A sum with a different weight for each element.
        weights = {key: numbers(outputs[key].shape, generator, 1) for key in ("last_hidden_state", "pooler_output") if outputs.get(key) is not None}
        reference |= {f"weights.{key}": single(value) for key, value in weights.items()}
        loss = sum((outputs[key] * weight).sum() for key, weight in weights.items())
    loss.backward()
    reference["loss"] = single(loss.reshape(1))
    for parameter_name, parameter in model.named_parameters():
        if parameter.grad is not None:
            reference[f"gradients.{parameter_name}"] = single(parameter.grad)
    reference |= {"input_ids": single(IDS), "attention_mask": single(MASK), "token_type_ids": single(TYPES)}
    reference |= {key: single(value) for key, value in labels.items()}
    written = config.to_dict()
    weights = {key: single(parameter) for key, parameter in model.named_parameters()}
    return {"name": name, "config": written, "weights": packed(weights), "reference": packed(reference)}


def main(folder):
    cases = [run(index, *case) for index, case in enumerate(CASES[MAJOR])]
    fixture = {
        "provenance": f"tooling/reference/hugging_face.py, transformers {transformers.__version__}, PyTorch {torch.__version__}, double precision",
        "tokens": TOKENS,
        "cases": cases,
    }
    target = Path(folder) / f"transformers-{MAJOR}.json"
    target.write_text(json.dumps(fixture, indent=1) + "\n")
    print(target, target.stat().st_size, "bytes,", len(cases), "cases")


main(sys.argv[1])
