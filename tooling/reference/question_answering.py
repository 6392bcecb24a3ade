"""The features and n-best answers of google-research/bert's run_squad.py and Hugging Face's run_qa.py for questions.

Google's tokenization and all functions of run_squad.py run unchanged, with a substitute for TensorFlow, which they only
use to log and to open files. Logits come from a formula that the tests also have. No package runs this; its output is a
committed fixture: difficult texts with all results, and for SQuAD files counts and digests.

usage: python question_answering.py BERT UTILS_QA VOCAB DATA > packages/heads/src/question-answering/__fixtures__/squad.json
  BERT      a checkout of google-research/bert
  UTILS_QA  utils_qa.py of huggingface/transformers' examples
  VOCAB     vocab.txt of bert-base-uncased
  DATA      the folder of xquad.en.json and squad-v2-sample.json
needs: six, numpy, tqdm, transformers
"""

import hashlib
import importlib.util
import json
import sys
import tempfile
import types
from pathlib import Path

BERT, UTILS_QA, VOCAB, DATA = map(Path, sys.argv[1:])


class Flags(types.SimpleNamespace):
    def __getattr__(self, name):
        if not name.startswith("DEFINE_"):
            raise AttributeError(name)
        return lambda flag, default, *_: setattr(self.FLAGS, flag, default)


def load_google():
    tensorflow = types.ModuleType("tensorflow")
    tensorflow.flags = Flags(FLAGS=types.SimpleNamespace())
    tensorflow.logging = types.SimpleNamespace(info=lambda *_: None, warning=lambda *_: None)
    tensorflow.gfile = types.SimpleNamespace(Open=open, GFile=open)
    sys.modules |= {"tensorflow": tensorflow, "modeling": types.ModuleType("modeling"), "optimization": types.ModuleType("optimization")}
    sys.path.insert(0, str(BERT))
    import run_squad
    import tokenization

    return run_squad, tokenization


run_squad, tokenization = load_google()
specification = importlib.util.spec_from_file_location("utils_qa", UTILS_QA)
utils_qa = importlib.util.module_from_spec(specification)
specification.loader.exec_module(utils_qa)
utils_qa.tqdm = lambda items: items

SETTINGS = [
    dict(maxLength=384, docStride=128, maxQuestionLength=64),
    dict(maxLength=128, docStride=64, maxQuestionLength=24),
    dict(maxLength=48, docStride=12, maxQuestionLength=12),
]

# context, then questions with their answers; None: there is no answer; a number selects one of several positions
AWKWARD = [
    ("The leader was John Smith (1895-1943).  He\tdied\nin\u202fParis.", [("When was he born?", "1895"), ("Who?", "John Smith"), ("Where did he die?", "in\u202fParis"), ("Why?", None), ("What did he do?", "He\tdied\nin")]),
    ("The Japanese electronics industry is Steve Smith's.", [("Which country?", "Japan"), ("Whose?", "Steve Smith"), ("Part of a word?", "lectro")]),
    ("東京は日本の首都です。日本の人口は約1億人、東京は1400万人。", [("首都は?", "東京"), ("何の首都?", "日本の首都"), ("人口は?", "1400万人"), ("Second 日本", ("日本", 1))]),
    ("北京是中华人民共和国的首都 𠀀𠀁 豈 丽.", [("哪里?", "北京"), ("𠀁?", "𠀁"), ("豈?", "豈 丽")]),
    ("Cafe\u0301 naïve re\u0301sume\u0301 e\u0327\u0301 Zu\u0308rich ZÜRICH ñ", [("Where?", "Cafe\u0301"), ("City?", "Zu\u0308rich"), ("What?", "naïve re\u0301sume\u0301"), ("Upper?", "ZÜRICH")]),
    ("\u0301 alone, a\u0001b\u0000c x\u00a0y soft\u00adhyphen zero\u200bwidth \ufffd end", [("Letters?", "a\u0001b\u0000c"), ("Spaces?", "x\u00a0y"), ("Hyphen?", "soft\u00adhyphen"), ("Mark?", "\ufffd"), ("Before the end", "zero\u200bwidth")]),
    ("İstanbul Straße STRASSE ΟΔΟΣ οδος ΣΑΣ. ǅ ﬁne ½ Ⅷ", [("City?", "İstanbul"), ("Road?", "ΟΔΟΣ"), ("Street?", "Straße"), ("Half?", "½"), ("Fine?", "ﬁne")]),
    ("𝄞 music \U0001d15e\U0001d165 👩🏽‍🚀 flies for $5.50 (50% of £11) — “quickly”…", [("Who?", "👩🏽‍🚀"), ("Cost?", "$5.50"), ("Share?", "50%"), ("How?", "“quickly”"), ("Note?", "\U0001d15e\U0001d165")]),
    ("[MASK] [SEP] and ## hash ##tag #1", [("Mask?", "[MASK]"), ("Hash?", "##"), ("Tag?", "##tag #1")]),
    ("한국어 서울 대한민국 हिन्दी ไทย עברית العربية", [("도시?", "서울"), ("भाषा?", "हिन्दी"), ("Right to left?", "עברית العربية")]),
    (" ".join(f"In {1900 + i} the {'red green blue'.split()[i % 3]} team (of {i}) won {i * 7 % 10}-{i % 4}, e.g. against St. Mary's." for i in range(6)), [("Who won in 1904?", ("green team", 1)), ("What was the score in 1905, the last of the years of this long question with many words in it?", "5-1"), ("Who lost?", None), ("Against whom?", ("St. Mary's", 4)), ("", "In 1900")]),
]


def awkward():
    paragraphs = []
    for p, (context, questions) in enumerate(AWKWARD):
        qas = []
        for q, (question, answer) in enumerate(questions):
            text, place = answer if isinstance(answer, tuple) else (answer, 0)
            start = -1
            for _ in range(0 if text is None else place + 1):
                start = context.index(text, start + 1)
            answers = [] if text is None else [dict(text=text, answer_start=start)]
            qas.append(dict(id=f"{p}.{q}", question=question, answers=answers, is_impossible=text is None))
        paragraphs.append(dict(context=context, qas=qas))
    return dict(version="awkward", data=[dict(title="Awkward", paragraphs=paragraphs)])


def vocabulary(squad):
    """Every character of the texts, as a word and as a continuation of one, and some words and parts of words."""
    texts = [text for article in squad["data"] for p in article["paragraphs"] for text in [p["context"], *(q["question"] for q in p["qas"])]]
    words = [word for lower in (True, False) for text in texts for word in tokenization.BasicTokenizer(do_lower_case=lower).tokenize(text)]
    letters = sorted({letter for word in words for letter in word} - {"豈", "ñ", "ǆ", "🏽"})
    whole = sorted({word for word in words if len(word) > 3})[::3]
    tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *("##" + letter for letter in letters), *whole, "##ect", "##ese", "in", "the"]
    return list(dict.fromkeys(tokens))


def logit(window, position, end):
    """Repeats often, to test the order of equal logits; not for HUGGING_FACE, where numpy decides that order."""
    x = (window * 7919 + position * 104729 + end * 15485863 + (window + 7) * (position + 3) * (end + 5) * 31) % 65537
    if HUGGING_FACE:
        return (x - 32768) / 4096
    return 9.5 + (x % 21 - 10) / 32 if position == 0 else (x % 641 - 320) / 32


HUGGING_FACE = False


def digest(lines):
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def google(path, tokenizer, lower, setting, version_2, keep):
    features = []
    arguments = dict(max_seq_length=setting["maxLength"], doc_stride=setting["docStride"], max_query_length=setting["maxQuestionLength"])
    run_squad.FLAGS.version_2_with_negative = True
    training = run_squad.read_squad_examples(str(path), is_training=True)
    run_squad.convert_examples_to_features(training, tokenizer, is_training=True, output_fn=features.append, **arguments)
    rows = []
    for feature in features:
        length = sum(feature.input_mask)
        best = "".join("1" if feature.token_is_max_context[i] else "0" for i in sorted(feature.token_is_max_context))
        rows.append(dict(id=training[feature.example_index].qas_id, ids=feature.input_ids[:length], types=sum(feature.segment_ids), start=feature.start_position, end=feature.end_position, best=best))

    run_squad.FLAGS.version_2_with_negative = version_2
    examples = run_squad.read_squad_examples(str(path), is_training=False)
    windows = []
    run_squad.convert_examples_to_features(examples, tokenizer, is_training=False, output_fn=windows.append, **arguments)
    results = [
        run_squad.RawResult(feature.unique_id, *([logit(w, i, end) for i in range(setting["maxLength"])] for end in (0, 1)))
        for w, feature in enumerate(windows)
    ]
    with tempfile.TemporaryDirectory() as folder:
        files = [f"{folder}/{name}" for name in ("predictions", "nbest", "odds")]
        run_squad.write_predictions(examples, windows, results, 20, 30, lower, *files)
        predictions, nbest = (json.loads(Path(file).read_text()) for file in files[:2])
        odds = json.loads(Path(files[2]).read_text()) if version_2 else {}
    found = dict(setting=setting, nullAnswers=version_2, features=len(rows), windows=len(windows))
    if keep:
        return found | dict(rows=rows if version_2 else [], predictions=predictions, nBest={k: [list(entry.values()) for entry in v[:6]] for k, v in nbest.items()}, nullOdds=odds)
    featureLines = [f"{row['id']} {','.join(map(str, row['ids']))} {row['types']} {row['start']} {row['end']} {row['best']}" for row in rows]
    answerLines = ["\x01".join([id, predictions[id], *(entry["text"] for entry in nbest[id]), f"{odds[id] * 32:.0f}" if version_2 else ""]) for id in predictions]
    return found | dict(featureDigest=digest(featureLines), answerDigest=digest(answerLines), impossible=sum(p == "" for p in predictions.values()))


def hugging_face(path, tokenizer, setting, version_2):
    """Windows and offsets are the tokenizer's; its char_to_token finds the positions of the answer's ends."""
    squad = json.loads(path.read_text())
    examples = [(q["id"], q["question"], p["context"], q["answers"]) for a in squad["data"] for p in a["paragraphs"] for q in p["qas"]]
    features, lines = [], []
    for id, question, context, answers in examples:
        encoded = tokenizer(question, context, truncation="only_second", max_length=setting["maxLength"], stride=setting["overlap"], return_overflowing_tokens=True, return_offsets_mapping=True)
        spans, first = [], 0
        for window in range(len(encoded["input_ids"])):
            size = sum(sequence == 1 for sequence in encoded.sequence_ids(window))
            spans.append(types.SimpleNamespace(start=first, length=size))
            first += size - setting["overlap"]
        for window, ids in enumerate(encoded["input_ids"]):
            sequences = encoded.sequence_ids(window)
            offsets = [tuple(o) if s == 1 else None for o, s in zip(encoded["offset_mapping"][window], sequences)]
            start = end = None
            if answers:
                at = answers[0]["answer_start"]
                start, end = (encoded.char_to_token(window, place, 1) for place in (at, at + len(answers[0]["text"]) - 1))
            if start is None or end is None:
                start = end = 0
            first = sequences.index(1)
            best = {str(i): run_squad._check_is_max_context(spans, window, spans[window].start + i - first) for i, s in enumerate(sequences) if s == 1}
            features.append(dict(example_id=id, offset_mapping=offsets, token_is_max_context=best))
            lines.append(f"{id} {','.join(map(str, ids))} {sum(encoded['token_type_ids'][window])} {start} {end} {''.join(str(int(b)) for b in best.values())}")
    logits = [[[logit(w, i, end) for i in range(len(feature["offset_mapping"]))] for w, feature in enumerate(features)] for end in (0, 1)]
    arrays = tuple([utils_qa.np.array(row, dtype="float32") for row in rows] for rows in logits)
    with tempfile.TemporaryDirectory() as folder:
        predictions = utils_qa.postprocess_qa_predictions(
            Examples(examples), features, arrays, version_2_with_negative=version_2, output_dir=folder
        )
        nbest = json.loads((Path(folder) / "nbest_predictions.json").read_text())
    answerLines = ["\x01".join([id, predictions[id], *(entry["text"] for entry in nbest[id])]) for id in predictions]
    return dict(setting=setting, nullAnswers=version_2, features=len(features), featureDigest=digest(lines), answerDigest=digest(answerLines), impossible=sum(p == "" for p in predictions.values()))


class Examples:
    """The parts of a datasets.Dataset that utils_qa.py uses."""

    def __init__(self, examples):
        self.examples = examples

    def __getitem__(self, name):
        return [example[0] for example in self.examples]

    def __iter__(self):
        return ({"id": id, "context": context} for id, _, context, _ in self.examples)

    def __len__(self):
        return len(self.examples)


def first_answers(path, folder):
    """Training uses one answer per question."""
    squad = json.loads(path.read_text())
    for article in squad["data"]:
        for paragraph in article["paragraphs"]:
            for question in paragraph["qas"]:
                question.setdefault("is_impossible", False)
                question["answers"] = [] if question["is_impossible"] else question["answers"][:1]
    target = Path(folder) / path.name
    target.write_text(json.dumps(squad))
    return target


def main():
    global HUGGING_FACE
    import transformers

    squad = awkward()
    tokens = vocabulary(squad)
    cases, files = [], []
    with tempfile.TemporaryDirectory() as folder:
        path, vocab = Path(folder) / "awkward.json", Path(folder) / "vocab.txt"
        path.write_text(json.dumps(squad))
        vocab.write_text("\n".join(tokens) + "\n")
        for lower in (True, False):
            tokenizer = tokenization.FullTokenizer(str(vocab), do_lower_case=lower)
            cases += [dict(lowercase=lower) | google(path, tokenizer, lower, SETTINGS[2], version_2, True) for version_2 in (True, False) if lower or version_2]
        tokenizer = tokenization.FullTokenizer(str(VOCAB), do_lower_case=True)
        fast = transformers.BertTokenizer(str(VOCAB), do_lower_case=True)
        for name, version_2 in (("xquad.en.json", False), ("squad-v2-sample.json", True)):
            path = first_answers(DATA / name, folder)
            for setting in SETTINGS[:2]:
                files.append(dict(file=name, mode="google") | google(path, tokenizer, True, setting, version_2, False))
            HUGGING_FACE = True
            for setting in (dict(maxLength=384, overlap=128), dict(maxLength=128, overlap=32)):
                files.append(dict(file=name, mode="offsets") | hugging_face(path, fast, setting, version_2))
            HUGGING_FACE = False
    provenance = f"tooling/reference/question_answering.py, google-research/bert run_squad.py, CPython {sys.version.split()[0]}, transformers {transformers.__version__}"
    json.dump(dict(provenance=provenance, vocabulary=tokens, squad=squad, cases=cases, files=files), sys.stdout, ensure_ascii=True, separators=(",", ":"))
    print()


main()
