"""sentence-transformers on PyTorch, controlled by lines of JSON on stdin; the answer to each is one line of JSON.

argv: model folder, threads. {"texts": [text or pair, …], "maxLength": n} answers {"vectors": [[…], …] of the first three}
"""

import json
import sys

import torch
from sentence_transformers import SentenceTransformer, models

torch.set_num_threads(int(sys.argv[2]))
word = models.Transformer(sys.argv[1])
model = SentenceTransformer(
    modules=[word, models.Pooling(word.get_word_embedding_dimension(), "mean")], device="cpu"
)
for line in sys.stdin:
    request = json.loads(line)
    model.max_seq_length = request["maxLength"]
    texts = [text if isinstance(text, str) else tuple(text) for text in request["texts"]]
    vectors = model.encode(texts, batch_size=32, show_progress_bar=False)
    print(json.dumps({"vectors": vectors[:3].tolist()}), flush=True)
