"""A tiny random BertForSequenceClassification with LoRA adapters, as PEFT saves them, and its outputs.

No package runs this; its output is a committed fixture.

usage: python lora.py FOLDER      writes FOLDER/base (the model), FOLDER/adapter (PEFT's folder), FOLDER/outputs.json
needs: torch, transformers 5, peft, safetensors
"""

import json
import sys
from pathlib import Path

import peft
import torch
import transformers

torch.manual_seed(7)
folder = Path(sys.argv[1])
config = transformers.BertConfig(
    vocab_size=16, hidden_size=8, num_hidden_layers=2, num_attention_heads=2, intermediate_size=12,
    max_position_embeddings=8, type_vocab_size=2, num_labels=3, initializer_range=0.3,
)
model = transformers.BertForSequenceClassification(config).eval()
model.save_pretrained(folder / "base")
words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"abcdefghijk"]
(folder / "base" / "vocab.txt").write_text("\n".join(words) + "\n")

ids = torch.tensor([[2, 5, 9, 7, 3], [2, 11, 3, 0, 0]])
batch = dict(input_ids=ids, attention_mask=(ids != 0).long(), token_type_ids=torch.zeros_like(ids))
logits = {"base": model(**batch).logits.tolist()}

settings = peft.LoraConfig(task_type="SEQ_CLS", r=2, lora_alpha=6, target_modules=["query", "value"])
adapted = peft.get_peft_model(model, settings).eval()
with torch.no_grad():
    for name, parameter in adapted.named_parameters():
        if "lora_B" in name or "modules_to_save" in name:
            parameter.normal_(0, 0.3)
logits["adapted"] = adapted(**batch).logits.tolist()
adapted.save_pretrained(folder / "adapter")
(folder / "adapter" / "README.md").unlink(missing_ok=True)
logits["merged"] = adapted.merge_and_unload()(**batch).logits.tolist()
versions = {"torch": torch.__version__, "transformers": transformers.__version__, "peft": peft.__version__}
(folder / "outputs.json").write_text(json.dumps({"versions": versions, "ids": ids.tolist(), "logits": logits}) + "\n")
