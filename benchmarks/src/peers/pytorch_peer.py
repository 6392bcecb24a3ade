"""Hugging Face transformers on PyTorch, controlled by lines of JSON on stdin; the answer to each is one line of JSON.

{"do": "prepare", "name": …, "what": "train" | "forward", "size": {…}, "batch": [rows, tokens], "predictions": n,
 "gathered": bool, "compiled": bool}    creates a model; size.dropout applies to all its dropouts, default 0
{"do": "run", "name": …, "tokens": n}   runs it once: {"milliseconds": …}; "tokens" overrides those of the batch
{"do": "drop", "name": …}               frees it
{"do": "memory"}                        {"peak": …}, the process's largest resident memory so far in MiB
"""

import json
import resource
import sys
import time

import torch
from transformers import BertConfig, BertForPreTraining, BertModel

torch.set_num_threads(int(sys.argv[1]))


def config(size):
    return BertConfig(
        vocab_size=size["vocabularySize"],
        hidden_size=size["hiddenSize"],
        num_hidden_layers=size["hiddenLayers"],
        num_attention_heads=size["attentionHeads"],
        intermediate_size=size["intermediateSize"],
        hidden_dropout_prob=size.get("dropout", 0.0),
        attention_probs_dropout_prob=size.get("dropout", 0.0),
    )


def training(request):
    rows, usual_tokens = request["batch"]
    share, vocabulary = request["predictions"] / usual_tokens, request["size"]["vocabularySize"]
    model = BertForPreTraining(config(request["size"]))
    model.train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4, fused=True)

    def gathered(ids, mask, types, positions, labels, next_labels):
        """Runs the decoder only at the masked positions, as google-research/bert does."""
        hidden, pooled = model.bert(ids, attention_mask=mask, token_type_ids=types, return_dict=False)[:2]
        index = positions.unsqueeze(-1).expand(-1, -1, hidden.shape[-1])
        logits = model.cls.predictions(torch.gather(hidden, 1, index))
        masked = torch.nn.functional.cross_entropy(logits.view(-1, vocabulary), labels.view(-1))
        return masked + torch.nn.functional.cross_entropy(model.cls.seq_relationship(pooled), next_labels)

    def stock(ids, mask, types, positions, labels, next_labels):
        everywhere = torch.full_like(ids, -100).scatter(1, positions, labels)
        return model(
            input_ids=ids, attention_mask=mask, token_type_ids=types, labels=everywhere, next_sentence_label=next_labels
        ).loss

    loss_of = gathered if request["gathered"] else stock
    if request["compiled"]:
        loss_of = torch.compile(loss_of)

    def run(tokens):
        tokens = tokens or usual_tokens
        predictions = max(1, round(share * tokens))
        ids = torch.randint(0, vocabulary, (rows, tokens))
        types = torch.randint(0, 2, (rows, tokens))
        positions = torch.stack([torch.randperm(tokens)[:predictions] for _ in range(rows)])
        labels = torch.randint(0, vocabulary, (rows, predictions))
        next_labels = torch.randint(0, 2, (rows,))
        mask = torch.ones_like(ids)
        start = time.perf_counter()
        optimizer.zero_grad(set_to_none=True)
        loss = loss_of(ids, mask, types, positions, labels, next_labels)
        loss.backward()
        optimizer.step()
        loss.item()
        return time.perf_counter() - start

    return run


def forward(request):
    rows, usual_tokens = request["batch"]
    model = BertModel(config(request["size"]), add_pooling_layer=False).eval()
    call = torch.compile(model) if request["compiled"] else model

    def run(tokens):
        tokens = tokens or usual_tokens
        ids = torch.randint(0, request["size"]["vocabularySize"], (rows, tokens))
        mask, types = torch.ones_like(ids), torch.zeros_like(ids)
        start = time.perf_counter()
        with torch.inference_mode():
            call(input_ids=ids, attention_mask=mask, token_type_ids=types).last_hidden_state[0, 0, 0].item()
        return time.perf_counter() - start

    return run


runs = {}
for line in sys.stdin:
    request = json.loads(line)
    answer = {}
    if request["do"] == "prepare":
        runs[request["name"]] = training(request) if request["what"] == "train" else forward(request)
    elif request["do"] == "drop":
        runs.pop(request["name"], None)
    elif request["do"] == "memory":
        answer = {"peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}
    else:
        answer = {"milliseconds": 1000 * runs[request["name"]](request.get("tokens"))}
    print(json.dumps(answer), flush=True)
