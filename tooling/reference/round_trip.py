"""Checks that PyTorch and TensorFlow read our files and write files that we read, equal to the bit.

From a folder that round-trip.mts filled: loads huggingface/ with transformers and saves it again as safetensors, as
shards, and as pytorch_model.bin in both forms; restores tensorflow/ with a TensorFlow 1 Saver and saves it again.
Prints how many tensors were compared. Run it yourself; no test does.

usage: python round_trip.py FOLDER pytorch; python round_trip.py FOLDER tensorflow (the two do not load in one process)
needs: torch, transformers, safetensors, tensorflow
"""

import os
import sys
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

folder = Path(sys.argv[1])


def pytorch():
    import torch
    from safetensors.torch import load_file
    from transformers import AutoTokenizer, BertForPreTraining

    ours = load_file(folder / "huggingface" / "model.safetensors")
    model, info = BertForPreTraining.from_pretrained(folder / "huggingface", output_loading_info=True)
    assert not info["missing_keys"] and not info["unexpected_keys"] and not info["mismatched_keys"], info
    AutoTokenizer.from_pretrained(folder / "huggingface").save_pretrained(folder / "again")
    state = model.state_dict()
    for name, tensor in ours.items():
        assert torch.equal(state[name].view(torch.int32), tensor.view(torch.int32)), name
    print(f"PyTorch reads our Hugging Face folder: {len(ours)} tensors equal to the bit")

    for name in ["again", "shards", "zip", "legacy"]:
        (folder / name).mkdir(exist_ok=True)
        model.config.save_pretrained(folder / name)
        (folder / name / "vocab.txt").write_bytes((folder / "huggingface" / "vocab.txt").read_bytes())
    model.save_pretrained(folder / "again")
    model.save_pretrained(folder / "shards", max_shard_size="20KB")
    torch.save(state, folder / "zip" / "pytorch_model.bin")
    torch.save(state, folder / "legacy" / "pytorch_model.bin", _use_new_zipfile_serialization=False)

    types = ["float64", "float32", "float16", "bfloat16", "int64", "int32", "int16", "int8", "uint8", "bool", "uint16"]
    base = torch.arange(24).reshape(2, 3, 4) % 5
    every = {t: base.to(getattr(torch, t)) for t in types}
    every["transposed"] = base.float().permute(2, 0, 1)
    every["sliced"] = base.float()[:, ::2, 1:3]
    every["expanded"] = torch.tensor([7.0, 8.0]).unsqueeze(1).expand(2, 5)
    every["scalar"] = torch.tensor(3.5)
    every["empty"] = torch.zeros(0, 4)
    every["parameter"] = torch.nn.Parameter(torch.ones(2))
    torch.save(every, folder / "types.bin")
    legacy = {name: tensor for name, tensor in every.items() if name != "uint16"}
    torch.save(legacy, folder / "types-legacy.bin", _use_new_zipfile_serialization=False)
    (folder / "types.txt").write_text(
        "".join(f"{n} {list(t.shape)} {[float(v) for v in t.detach().flatten().tolist()]}\n" for n, t in every.items())
    )


def tensorflow():
    import numpy as np
    import tensorflow as tf

    prefix = str(folder / "tensorflow" / "bert_model.ckpt")
    reader = tf.compat.v1.train.NewCheckpointReader(tf.train.latest_checkpoint(str(folder / "tensorflow")))
    names = reader.get_variable_to_shape_map()
    (folder / "tensorflow-again").mkdir(exist_ok=True)
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        made = [
            tf.compat.v1.get_variable(name, shape, dtype=reader.get_variable_to_dtype_map()[name])
            for name, shape in names.items()
        ]
        saver = tf.compat.v1.train.Saver(made)
        saver.restore(session, prefix)
        for variable in made:
            np.testing.assert_array_equal(session.run(variable), reader.get_tensor(variable.op.name))
        saver.save(session, str(folder / "tensorflow-again" / "bert_model.ckpt"), write_meta_graph=False)
    for name in ["bert_config.json", "vocab.txt"]:
        (folder / "tensorflow-again" / name).write_bytes((folder / "tensorflow" / name).read_bytes())
    print(f"a TensorFlow {tf.__version__} Saver restores our checkpoint: {len(names)} variables")
    for suffix in [".index", ".data-00000-of-00001"]:
        same = Path(prefix + suffix).read_bytes() == (folder / "tensorflow-again" / f"bert_model.ckpt{suffix}").read_bytes()
        print(f"what it saves again is our {suffix[1:]} byte for byte: {same}")


{"pytorch": pytorch, "tensorflow": tensorflow}[sys.argv[2]]()
