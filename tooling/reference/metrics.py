"""Writes packages/metrics/src/__fixtures__/reference.json: the results of reference implementations for random inputs.

pip install numpy scipy scikit-learn seqeval keras; KERAS_BACKEND=numpy python tooling/reference/metrics.py
"""
import json
import os
import pathlib
import warnings

os.environ.setdefault("KERAS_BACKEND", "numpy")
warnings.filterwarnings("ignore")
import keras  # noqa: E402
import numpy as np  # noqa: E402
import scipy  # noqa: E402
import scipy.stats  # noqa: E402
import seqeval  # noqa: E402
import seqeval.metrics  # noqa: E402
import sklearn  # noqa: E402
import sklearn.metrics as sk  # noqa: E402

rng = np.random.default_rng(12)


def prf(actual, predicted, **options):
    values = sk.precision_recall_fscore_support(actual, predicted, zero_division=0, **options)[:3]
    return [np.asarray(value).tolist() for value in values]


def classes(count, classes_, noise):
    labels = rng.integers(0, classes_, count)
    return np.where(rng.random(count) < noise, rng.integers(0, classes_, count), labels), labels


def class_case(count, classes_, noise):
    predictions, labels = classes(count, classes_, noise)
    case = {
        "predictions": predictions.tolist(),
        "labels": labels.tolist(),
        "accuracy": sk.accuracy_score(labels, predictions),
        "confusion": sk.confusion_matrix(labels, predictions, labels=range(classes_)).tolist(),
        "byClass": prf(labels, predictions, average=None, labels=range(classes_)),
        "binary": prf(labels, predictions, average="macro", labels=[1]),
        "matthews": sk.matthews_corrcoef(labels, predictions),
    }
    for average in ["micro", "macro", "weighted"]:
        case[average] = prf(labels, predictions, average=average)
    return case


def score_case(count, decimals):
    labels = rng.integers(0, 2, count)
    scores = np.round(np.clip(0.3 * labels + 0.7 * rng.random(count), 0, 1), decimals)
    auc = keras.metrics.AUC(num_thresholds=200)
    auc.update_state(labels, scores)
    return {
        "scores": scores.tolist(),
        "labels": labels.tolist(),
        "rocAuc": sk.roc_auc_score(labels, scores),
        "averagePrecision": sk.average_precision_score(labels, scores),
        "brier": sk.brier_score_loss(labels, scores),
        "keras": float(auc.result()),
        "keras64": keras_auc(labels, scores, 200),
        "keras64of11": keras_auc(labels, scores, 11),
        "calibration": calibration(labels, scores, 15),
        "calibration7": calibration(labels, scores, 7),
    }


def keras_auc(labels, scores, count):
    """keras/src/metrics/confusion_metrics.py, AUC.result with interpolation, in float64."""
    thresholds = np.array([-1e-7] + [(i + 1) / (count - 1) for i in range(count - 2)] + [1 + 1e-7])
    over = scores[None] > thresholds[:, None]
    recall = (over & (labels == 1)).sum(1) / (labels == 1).sum()
    false_rate = (over & (labels == 0)).sum(1) / (labels == 0).sum()
    return float(np.sum((false_rate[:-1] - false_rate[1:]) * (recall[:-1] + recall[1:]) / 2))


def calibration(right, confidences, bins):
    """Guo et al. 2017, section 2: bins (m - 1, m] / M."""
    edges = np.linspace(0, 1, bins + 1)
    place = np.clip(np.searchsorted(edges, confidences, side="left") - 1, 0, bins - 1)
    gaps = [(np.mean(place == b), abs(right[place == b].mean() - confidences[place == b].mean())) for b in set(place)]
    return [float(sum(share * gap for share, gap in gaps)), float(max(gap for _, gap in gaps))]


def multi_label_case(count, labels_):
    labels = (rng.random((count, labels_)) < np.linspace(0.05, 0.6, labels_)).astype(int)
    scores = np.clip(0.25 * labels + 0.75 * rng.random((count, labels_)), 0, 1).round(3)
    predictions = (scores > 0.5).astype(int)
    case = {
        "labelCount": labels_,
        "labels": labels.ravel().tolist(),
        "scores": scores.ravel().tolist(),
        "byLabel": [sk.roc_auc_score(labels[:, i], scores[:, i]) for i in range(labels_)],
        "macroRocAuc": sk.roc_auc_score(labels, scores, average="macro"),
    }
    for average in ["micro", "macro", "weighted", "samples"]:
        case[average] = prf(labels, predictions, average=average)
    return case


def correlation_case(make):
    x = make(rng.normal(size=120))
    y = make(0.6 * x + rng.normal(size=120))
    return {
        "predictions": x.tolist(),
        "labels": y.tolist(),
        "pearson": float(scipy.stats.pearsonr(x, y)[0]),
        "spearman": float(scipy.stats.spearmanr(x, y)[0]),
    }


def entity_case():
    tags = ["O", "O", "B-PER", "I-PER", "B-LOC", "I-LOC", "I-ORG", "B-ORG"]
    labels = [rng.choice(tags, rng.integers(1, 12)).tolist() for _ in range(60)]
    predictions = [[tag if rng.random() < 0.75 else str(rng.choice(tags)) for tag in row] for row in labels]
    report = seqeval.metrics.classification_report(labels, predictions, output_dict=True, zero_division=0)
    one = lambda row: [float(row[key]) for key in ["precision", "recall", "f1-score"]] + [int(row["support"])]
    return {
        "labels": labels,
        "predictions": predictions,
        "overall": one(report["micro avg"]),
        "byType": {key: one(row) for key, row in report.items() if " avg" not in key},
    }


def retrieval_case(decimals):
    queries = []
    for _ in range(12):
        count = int(rng.integers(3, 30))
        relevances = (rng.random(count) < 0.3).astype(int)
        relevances[rng.integers(0, count)] = 1
        graded = relevances * rng.integers(1, 4, count)
        scores = (0.4 * relevances + rng.random(count)).round(decimals)
        queries.append({
            "scores": scores.tolist(),
            "relevances": relevances.tolist(),
            "graded": graded.tolist(),
            "ndcg": sk.ndcg_score([graded], [scores]),
            "ndcg5": sk.ndcg_score([graded], [scores], k=5),
            "averagePrecision": sk.average_precision_score(relevances, scores),
        })
    return queries


fixture = {
    "what": f"scikit-learn {sklearn.__version__}, SciPy {scipy.__version__}, seqeval {seqeval.__version__ if hasattr(seqeval, '__version__') else '1.2.2'}, Keras {keras.__version__}; written by tooling/reference/metrics.py",
    "classes": [class_case(80, 2, 0.4), class_case(120, 5, 0.5), class_case(9, 7, 1.0)],
    "scores": [score_case(150, 4), score_case(150, 1), score_case(40, 2)],
    "multiLabel": [multi_label_case(60, 6), multi_label_case(30, 3)],
    "correlations": [correlation_case(lambda x: x), correlation_case(np.round), correlation_case(lambda x: x * 1e-3 + 1e5)],
    "entities": [entity_case(), entity_case()],
    "retrieval": [retrieval_case(6), retrieval_case(1)],
}
path = pathlib.Path(__file__).parents[2] / "packages/metrics/src/__fixtures__/reference.json"
path.parent.mkdir(exist_ok=True)
path.write_text(json.dumps(fixture) + "\n")
