"""Writes the results of tensorflow-text's BertTokenizer and trimmers for difficult and random texts.

    pip install tensorflow-text==2.21.1
    python tooling/reference/tf_text_vectors.py > packages/tokenizer/src/__fixtures__/tf-text.json
    python tooling/reference/tf_text_vectors.py --random 100000 > larger.json
"""

import argparse
import json
import os
import random

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import tensorflow as tf
import tensorflow_text as text

AWKWARD = [
    "UNwant\u00e9d,running", "foo\u00adbar", "foo\u200dbar\u0001baz\u0600qux", "Stra\u00dfe STRA\u1e9eE", "\u039f\u0394\u039f\u03a3 \u03bf\u03b4\u03bf\u03c2",
    "\ufb01ne \u2460 \u00bd \uff21\uff22\uff01 \u2100", "a\u00a0b\u3000c\u2028d\x0be\x85f", "\u0130stanbul \u0131", "\u6771\u4eac\uf900\u2f00\u4e00",
    "\U00020000\U0002b820\U0002f800", "\ud55c\uad6d\uc5b4 \u1112\u1161\u11ab", "[MASK] [unused1]", "\u1fb3 \u1f80 \u0345", "\u13a0 \uab70",
    "e\u0301\u0327 \u0f71\u0f73 \u302e\u0301a", "\u1c89 \ua7dc \U00016121", "x" * 100, "x" * 101, "\u00e9" * 51, "\u4e2d" * 3, "don't (stop) $5 £6 a_b x=y ™ №",
    "", " \t\n", "\ufffd \ufeff\ufffe", "\U0001f469\U0001f3fd\u200d\U0001f680",
]
WORDS = (
    "[PAD] [UNK] [CLS] [SEP] [MASK] the un want ##want ##ed running run ##ning foo ##foo bar ##bar baz ss strasse stra ##sse fine 1 ab ! "
    "a b c d e f ##a ##b ##e ##i ##ι istanbul i ##stanbul οδος ##ς οδ ##οσ οδοσ ##σ ι α ##αι 東 京 豈 一 𠀀 ᄒ ##ᅡ ##ᆫ 한 [ ] mask , . ' ( ) $ 5 _ = don t stop x y "
    "xx ##xx ##x ##xxxxxxxx é ##é 中 ™ tm no № ½ 1⁄2 ⁄ 2 / 1 👩 ##👩 ##🏽 ##🚀"
).split()
VOCABULARY = list(dict.fromkeys(WORDS))


def random_texts(count):
    rng = random.Random(0)
    pieces = [piece for sample in AWKWARD for piece in sample.split(" ")] + VOCABULARY

    def character():
        kind = rng.random()
        if kind < 0.3:
            return chr(rng.randrange(0x20, 0x7F))
        if kind < 0.6:
            return chr(rng.randrange(0x80, 0x3100))
        if kind < 0.7:
            return chr(rng.randrange(0x300, 0x370))
        while True:
            point = rng.randrange(0x110000)
            if not 0xD800 <= point <= 0xDFFF:
                return chr(point)

    def sample():
        parts = []
        for _ in range(rng.randrange(1, 8)):
            parts.append(rng.choice(pieces) if rng.random() < 0.4 else "".join(character() for _ in range(rng.randrange(1, 6))))
        return rng.choice(["", " "]).join(parts)

    return [sample() for _ in range(count)]


def tokenizer(lower_case):
    table = tf.lookup.StaticVocabularyTable(
        tf.lookup.KeyValueTensorInitializer(VOCABULARY, tf.range(len(VOCABULARY), dtype=tf.int64)), num_oov_buckets=1
    )
    return text.BertTokenizer(table, lower_case=lower_case, token_out_type=tf.int64)


def ids(bert, texts):
    return bert.tokenize(tf.constant([sample.encode() for sample in texts])).merge_dims(-2, -1).to_list()


def trimmed(trimmer, first, second):
    kept = trimmer.trim([tf.ragged.constant([list(range(first))], dtype=tf.int32), tf.ragged.constant([list(range(second))], dtype=tf.int32)])
    return [int(part.row_lengths()[0]) for part in kept]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--random", type=int, default=60)
    arguments = parser.parse_args()
    texts = AWKWARD + random_texts(arguments.random)
    lengths = [(first, second, room) for first in range(5) for second in range(5) for room in range(8)]
    print(
        json.dumps(
            {
                "from": f"tooling/reference/tf_text_vectors.py, tensorflow-text {text.__version__}, tensorflow {tf.__version__}",
                "vocabulary": VOCABULARY,
                "texts": texts,
                "uncased": ids(tokenizer(True), texts),
                "cased": ids(tokenizer(False), texts),
                "trimmed": [
                    [*case, trimmed(text.RoundRobinTrimmer(case[2]), case[0], case[1]), trimmed(text.WaterfallTrimmer(case[2]), case[0], case[1])]
                    for case in lengths
                ],
            },
            separators=(",", ":"),
        )
    )


main()
