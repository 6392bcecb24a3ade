import { noAttributes, operation, type Operation } from "../../record/operation.ts";
import { tensorType } from "../../record/types.ts";
import { emitAddAtLabels, emitLogSoftmax } from "../at-labels.ts";
import type { FusedKernel } from "../fused-kernel.ts";
import { withoutNegative } from "../valid-ids.ts";

/** −log softmax(logits)[label] of every row, and the probabilities for the gradient. */
const softmaxCrossEntropyOperation: Operation = operation(
  "SoftmaxCrossEntropy",
  (graph, [scores, ids], [loss, probabilities], { outputTypes: [losses] }) => {
    const logs = emitLogSoftmax(graph, scores!);
    const places = graph.op("Unsqueeze", [ids!, graph.integers([1])]);
    const picked = graph.op("GatherElements", [logs, places], { axis: 1 });
    graph.op("Reshape", [graph.op("Neg", [picked]), graph.integers(losses!.shape)], {}, loss);
    graph.op("Exp", [logs], {}, probabilities);
  },
);

export const softmaxCrossEntropy: FusedKernel<"BertkitSoftmaxCrossEntropy"> = (backend, { logits, labels }) =>
  backend.recordMany(
    softmaxCrossEntropyOperation,
    noAttributes,
    [logits, withoutNegative(backend, labels)],
    [tensorType("float32", logits.shape.slice(0, 1)), tensorType("float32", logits.shape)],
  );

/** (probabilities − one-hot label) · dy of every row. */
const softmaxCrossEntropyGradientOperation: Operation = operation(
  "SoftmaxCrossEntropyGradient",
  (graph, [d, probabilities, ids], [dLogits], { outputTypes: [type] }) => {
    const column = graph.op("Reshape", [d!, graph.integers([type!.shape[0]!, 1])]);
    const scaled = graph.op("Mul", [probabilities!, column]);
    const places = graph.op("Unsqueeze", [ids!, graph.integers([1])]);
    emitAddAtLabels(graph, [scaled, places, graph.op("Neg", [column])], type!.shape[1]!, dLogits!);
  },
);

export const softmaxCrossEntropyGradient: FusedKernel<"BertkitSoftmaxCrossEntropyGradient"> = (
  backend,
  { dy, probabilities, labels },
) =>
  backend.record(
    softmaxCrossEntropyGradientOperation,
    noAttributes,
    [dy, probabilities, withoutNegative(backend, labels)],
    "float32",
    probabilities.shape,
  );
