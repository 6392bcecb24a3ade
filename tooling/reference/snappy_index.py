"""A TensorFlow 1 checkpoint whose index is compressed by Snappy's C++ library, as older versions of TensorFlow wrote it.

TensorFlow's Saver writes a small checkpoint with a plain index; then every block of that index is compressed. In two
runs, so that the libraries do not have to load together. No package runs this; its outputs are committed as fixtures.

usage: python snappy_index.py write FOLDER      needs tensorflow
       python snappy_index.py compress FOLDER   needs pyarrow, which includes Snappy
"""

import os
import struct
import sys
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
folder = Path(sys.argv[2])
prefix = "bert_model.ckpt"


def write():
    import numpy as np
    import tensorflow as tf

    folder.mkdir(parents=True, exist_ok=True)
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        for i in range(40):
            for part in ["kernel", "bias"]:
                shape = [2, 3] if part == "kernel" else [3]
                values = (np.arange(np.prod(shape)) + i).reshape(shape).astype(np.float32)
                tf.compat.v1.get_variable(f"bert/encoder/layer_{i}/output/dense/{part}", initializer=values)
        tf.compat.v1.get_variable("global_step", initializer=np.int64(20))
        session.run(tf.compat.v1.global_variables_initializer())
        tf.compat.v1.train.Saver().save(session, str(folder / prefix), write_meta_graph=False)
    (folder / "checkpoint").unlink()
    print(tf.__version__)


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, at


def packed(value):
    out = bytearray()
    while value >= 128:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes(out + bytes([value]))


def masked_crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    crc ^= 0xFFFFFFFF
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF


def compress():
    import pyarrow

    path = folder / f"{prefix}.index"
    table = path.read_bytes()
    out = bytearray()
    sizes = []

    def append(block):
        """Appends a block with its trailer, and returns its handle."""
        start = len(out)
        stored = pyarrow.compress(block, codec="snappy", asbytes=True)
        sizes.append((len(block), len(stored)))
        out.extend(stored + b"\x01")
        out.extend(struct.pack("<I", masked_crc32c(stored + b"\x01")))
        return packed(start) + packed(len(stored))

    def block_at(at):
        offset, at = varint(table, at)
        size, at = varint(table, at)
        assert table[offset + size] == 0, "compressed already"
        return table[offset : offset + size], at

    meta, at = block_at(len(table) - 48)
    index, _ = block_at(at)
    restarts = struct.unpack("<I", index[-4:])[0]
    at, entries, key = 0, [], b""
    while at < len(index) - 4 - 4 * restarts:
        shared, at = varint(index, at)
        unshared, at = varint(index, at)
        length, at = varint(index, at)
        key = key[:shared] + index[at : at + unshared]
        at += unshared
        offset, end = varint(index, at)
        size, _ = varint(index, end)
        entries.append((key, append(table[offset : offset + size])))
        at += length
    meta_handle = append(meta)
    rebuilt, starts = bytearray(), []
    for key, handle in entries:
        starts.append(len(rebuilt))
        rebuilt += packed(0) + packed(len(key)) + packed(len(handle)) + key + handle
    rebuilt += b"".join(struct.pack("<I", start) for start in starts) + struct.pack("<I", len(starts))
    footer = meta_handle + append(bytes(rebuilt))
    out.extend(footer + b"\0" * (40 - len(footer)) + table[-8:])
    path.write_bytes(out)
    print(f"pyarrow {pyarrow.__version__}: blocks, plain and compressed: {sizes}; {len(table)} → {len(out)} bytes")


{"write": write, "compress": compress}[sys.argv[1]]()
