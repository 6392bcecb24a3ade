"""Fine-tunes, with Hugging Face transformers, the models that `npm run bench -- fine-tuning-scores` prepared; then predicts.

Features are made as in transformers' own example scripts: run_glue.py, run_ner.py, run_qa.py and run_swag.py. No
package runs this.

usage: python fine_tuning_scores.py FOLDER
  FOLDER   has start/ (a model with a new head), run.json, train.json, evaluation.json; hugging-face.json is written
needs: torch, transformers
"""

import json
import os
import sys
from pathlib import Path

import torch
import transformers

folder = Path(sys.argv[1])
run, train, evaluation = (json.loads((folder / f"{name}.json").read_text()) for name in ("run", "train", "evaluation"))
torch.manual_seed(run["seed"])
kind, labels, limit = run["kind"], run["labels"], run["maxLength"]
tokenizer = transformers.AutoTokenizer.from_pretrained(folder / "start")
kinds = dict(
    classification=transformers.AutoModelForSequenceClassification,
    regression=transformers.AutoModelForSequenceClassification,
    tokens=transformers.AutoModelForTokenClassification,
    questions=transformers.AutoModelForQuestionAnswering,
    choices=transformers.AutoModelForMultipleChoice,
)
model = kinds[kind].from_pretrained(folder / "start")
model.bert.embeddings.requires_grad_(False)


def pairs(texts, seconds=None):
    return tokenizer(texts, seconds, truncation=True, max_length=limit, padding=True, return_tensors="pt")


def words(rows):
    encoded = tokenizer([row["words"] for row in rows], is_split_into_words=True, truncation=True, max_length=limit, padding=True, return_tensors="pt")
    firsts = []
    for i in range(len(rows)):
        ids = encoded.word_ids(i)
        firsts.append({word: place for place, word in reversed(list(enumerate(ids))) if word is not None})
    return encoded, firsts


def windows(rows):
    return tokenizer(
        [row["question"] for row in rows], [row["context"] for row in rows], truncation="only_second", max_length=limit, stride=64,
        return_overflowing_tokens=True, return_offsets_mapping=True, padding=True, return_tensors="pt",
    )


def points(text, unit):
    """Converts a position in UTF-16 units to one in code points."""
    return len(text.encode("utf-16-le")[: 2 * unit].decode("utf-16-le"))


def batch(rows):
    if kind in ("classification", "regression"):
        encoded = pairs([row["text"] for row in rows], [row["pair"] for row in rows] if "pair" in rows[0] else None)
        encoded["labels"] = torch.tensor([labels.index(row["label"]) if kind == "classification" else float(row["label"]) for row in rows])
    elif kind == "tokens":
        encoded, firsts = words(rows)
        encoded["labels"] = torch.full(encoded["input_ids"].shape, -100)
        for i, row in enumerate(rows):
            for word, place in firsts[i].items():
                encoded["labels"][i, place] = labels.index(row["labels"][word])
    elif kind == "questions":
        encoded = windows(rows)
        offsets, rows_of = encoded.pop("offset_mapping"), encoded.pop("overflow_to_sample_mapping").tolist()
        starts, ends = [], []
        for i, row in enumerate(rows_of):
            answer, context = rows[row]["answers"][0], rows[row]["context"]
            at = points(context, answer["start"])
            start, end = (encoded.char_to_token(i, place, 1) for place in (at, at + len(answer["text"]) - 1))
            starts.append(start if start is not None and end is not None else 0)
            ends.append(end if start is not None and end is not None else 0)
        encoded |= dict(start_positions=torch.tensor(starts), end_positions=torch.tensor(ends))
    else:
        contexts = [row["context"] for row in rows for _ in row["choices"]]
        encoded = pairs(contexts, [f"{row['question']} {choice}" for row in rows for choice in row["choices"]])
        encoded = {name: value.view(len(rows), -1, value.shape[-1]) for name, value in encoded.items()}
        encoded["labels"] = torch.tensor([row["label"] for row in rows])
    return dict(encoded)


def answer(logits, offsets, sequences, context):
    """run_qa.py's best span of one window, with its score."""
    starts, ends = ([i for i in row.argsort(descending=True).tolist()[:20] if sequences[i] == 1] for row in logits)
    found = [(float(logits[0][s] + logits[1][e]), s, e) for s in starts for e in ends if s <= e < s + 30]
    if not found:
        return float("-inf"), ""
    score, start, end = max(found)
    return score, context[offsets[start][0] : offsets[end][1]]


def predict(rows):
    if kind == "tokens":
        encoded, firsts = words(rows)
        best = model(**encoded).logits.argmax(-1).tolist()
        return [[labels[best[i][firsts[i][word]]] if word in firsts[i] else "O" for word in range(len(row["words"]))] for i, row in enumerate(rows)]
    if kind == "questions":
        encoded = windows(rows)
        offsets, rows_of = encoded.pop("offset_mapping").tolist(), encoded.pop("overflow_to_sample_mapping").tolist()
        output = model(**encoded)
        answers = [(float("-inf"), "")] * len(rows)
        for i, row in enumerate(rows_of):
            found = answer((output.start_logits[i], output.end_logits[i]), offsets[i], encoded.sequence_ids(i), rows[row]["context"])
            answers[row] = max(answers[row], found, key=lambda each: each[0])
        return [text for _, text in answers]
    encoded = batch(rows)
    encoded.pop("labels")
    logits = model(**encoded).logits
    if kind == "regression":
        return logits[:, 0].tolist()
    best = logits.argmax(-1).tolist()
    return best if kind == "choices" else [labels[i] for i in best]


free = ("bias", "LayerNorm.weight")
parameters = [
    dict(params=[p for n, p in model.named_parameters() if p.requires_grad and n.endswith(free) == without], weight_decay=0.0 if without else 0.01)
    for without in (False, True)
]
optimizer = torch.optim.AdamW(parameters, lr=run["learningRate"], eps=1e-8)
steps = len(run["order"])
schedule = transformers.get_linear_schedule_with_warmup(optimizer, int(steps / 10 + 0.5), steps)
losses = []
model.train()
for indices in run["order"]:
    loss = model(**batch([train[i] for i in indices])).loss
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    schedule.step()
    optimizer.zero_grad()
    losses.append(loss.item())
model.eval()
predictions = []
with torch.no_grad():
    for start in range(0, len(evaluation), 32):
        predictions += predict(evaluation[start : start + 32])
result = folder / "hugging-face.json"
result.with_suffix(".tmp").write_text(json.dumps(dict(losses=losses, predictions=predictions)))
os.replace(result.with_suffix(".tmp"), result)
