"""The losses of Hugging Face's BertForPreTraining on given batches, from given weights, with google-research/bert's optimizer.

Run by `npm run bench -- pretraining-curve`, which compares them with bertkit's.

usage: python pretraining_curve.py FOLDER PEAK WARMUP_STEPS TOTAL_STEPS
       FOLDER/initial is a model folder; FOLDER/batches.jsonl has one batch per line. Prints one loss per line.
needs: torch, transformers
"""

import json
import re
import sys
from pathlib import Path

import torch
import transformers

folder, peak, warmup_steps, total_steps = Path(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
model = transformers.BertForPreTraining.from_pretrained(folder / "initial", attn_implementation="eager").train()
names = [name for name, _ in model.named_parameters()]
parameters = list(model.parameters())
moments = [(torch.zeros_like(p), torch.zeros_like(p)) for p in parameters]


def learning_rate(global_step):
    """optimization.py, create_optimizer: polynomial decay over all steps, which warm-up overrides."""
    if global_step < warmup_steps:
        return peak * global_step / warmup_steps
    return peak * (1 - min(global_step, total_steps) / total_steps)


def update(global_step):
    """optimization.py, AdamWeightDecayOptimizer.apply_gradients after tf.clip_by_global_norm(grads, 1.0)."""
    torch.nn.utils.clip_grad_norm_(parameters, 1.0)
    rate = learning_rate(global_step)
    with torch.no_grad():
        for name, param, (m, v) in zip(names, parameters, moments):
            m.copy_(0.9 * m + (1 - 0.9) * param.grad)
            v.copy_(0.999 * v + (1 - 0.999) * param.grad * param.grad)
            step = m / (torch.sqrt(v) + 1e-6)
            if not re.search("LayerNorm|layer_norm|bias", name):
                step += 0.01 * param
            param -= rate * step


for global_step, line in enumerate(open(folder / "batches.jsonl")):
    batch = json.loads(line)
    ids = torch.tensor(batch["ids"])
    labels = torch.full_like(ids, -100)
    for row, (positions, hidden) in enumerate(zip(batch["positions"], batch["labels"])):
        labels[row, positions] = torch.tensor(hidden)
    loss = model(
        input_ids=ids,
        attention_mask=torch.tensor(batch["mask"]),
        token_type_ids=torch.tensor(batch["types"]),
        labels=labels,
        next_sentence_label=torch.tensor(batch["next"]),
    ).loss
    model.zero_grad()
    loss.backward()
    update(global_step)
    print(loss.item(), flush=True)
