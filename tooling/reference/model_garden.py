"""A tiny BERT of TensorFlow's Model Garden, exported as TF Hub's bert_en_uncased_L-…/4 were, with its outputs.

Writes a SavedModel's variables and vocabulary, a training checkpoint of the same variables, and outputs.json: the
encoder's outputs for one batch. No package runs this; its outputs are committed as fixtures.

usage: python model_garden.py FOLDER
needs: tensorflow, and tf-models-official, tf-keras and gin-config without their dependencies
"""

import json
import os
import shutil
import sys
import types
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_USE_LEGACY_KERAS"] = "1"

import importlib
import importlib.util

# The package's __init__ files import all models and their dependencies; the encoder needs few.
OFFICIAL = Path(importlib.util.find_spec("official").submodule_search_locations[0])
for name in ["nlp", "nlp.modeling", "nlp.modeling.layers", "nlp.modeling.networks", "modeling", "modeling.activations"]:
    module = types.ModuleType(f"official.{name}")
    module.__path__ = [str(OFFICIAL / name.replace(".", "/"))]
    sys.modules[module.__name__] = module

import numpy as np
import tensorflow as tf


def load(name):
    return importlib.import_module(f"official.{name}")


activations = sys.modules["official.modeling.activations"]
for name in ["gelu", "relu", "sigmoid", "swish", "mish"]:
    vars(activations).update({k: v for k, v in vars(load(f"modeling.activations.{name}")).items() if k[0] != "_"})
layers = sys.modules["official.nlp.modeling.layers"]
for name in ["on_device_embedding", "position_embedding", "self_attention_mask", "transformer_encoder_block", "masked_lm"]:
    vars(layers).update({k: v for k, v in vars(load(f"nlp.modeling.layers.{name}")).items() if k[0] != "_"})
networks = load("nlp.modeling.networks.bert_encoder")

folder = Path(sys.argv[1])
tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "film", "was", "good", "bad", ".", "##s"]
tf.random.set_seed(1)
options = dict(
    vocab_size=len(tokens),
    hidden_size=8,
    num_layers=2,
    num_attention_heads=2,
    inner_dim=12,
    max_sequence_length=10,
    type_vocab_size=2,
    initializer=tf.keras.initializers.TruncatedNormal(stddev=0.5),
)
encoder = networks.BertEncoder(**options)  # whose names have no scope, as on TF Hub
scoped = networks.BertEncoderV2(**options)  # the Garden's current encoder: all its names begin with bert_encoder_v2/
inputs = {
    "input_word_ids": np.array([[2, 5, 6, 7, 8, 10, 3, 0], [2, 9, 3, 5, 6, 3, 0, 0]], dtype=np.int32),
    "input_mask": np.array([[1, 1, 1, 1, 1, 1, 1, 0], [1, 1, 1, 1, 1, 1, 0, 0]], dtype=np.int32),
    "input_type_ids": np.array([[0, 0, 0, 0, 0, 0, 0, 0], [0, 0, 0, 1, 1, 1, 0, 0]], dtype=np.int32),
}
scoped(inputs)
rng = np.random.default_rng(0)
for variable in encoder.variables:  # also biases and norms, so that none is mistaken for another
    if not variable.name.endswith(("kernel:0", "embeddings:0")):
        variable.assign(variable + rng.normal(0, 0.2, variable.shape))
names = {variable.name: variable for variable in encoder.variables}
for variable in scoped.variables:
    variable.assign(names[variable.name.removeprefix("bert_encoder_v2/")])
outputs = scoped(inputs)
np.testing.assert_array_equal(encoder(inputs)[0], outputs["sequence_output"])


shutil.rmtree(folder, ignore_errors=True)
folder.mkdir(parents=True)
(folder / "vocab.txt").write_text("\n".join(tokens) + "\n")
module = tf.Module()
module.encoder = encoder
module.do_lower_case = tf.Variable(True, trainable=False, name="do_lower_case")
module.vocab_file = tf.saved_model.Asset(str(folder / "vocab.txt"))
signature = {name: tf.TensorSpec([None, None], tf.int32, name) for name in inputs}
module.__call__ = tf.function(lambda batch: encoder(batch), input_signature=[signature])
tf.saved_model.save(module, str(folder / "saved_model"))
(folder / "vocab.txt").unlink()
for extra in ["saved_model.pb", "fingerprint.pb"]:  # the graph: hundreds of kilobytes that weights do not need
    (folder / "saved_model" / extra).unlink(missing_ok=True)
tf.train.Checkpoint(model=scoped).save(str(folder / "checkpoint" / "ckpt"))
(folder / "outputs.json").write_text(
    json.dumps(
        {
            "tensorflow": tf.__version__,
            "inputs": {name: values.tolist() for name, values in inputs.items()},
            "sequence_output": outputs["sequence_output"].numpy().tolist(),
            "pooled_output": outputs["pooled_output"].numpy().tolist(),
        }
    )
)
for variable in [*encoder.variables, *scoped.variables]:
    print(variable.name, variable.shape)
