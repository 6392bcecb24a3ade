import type { StoredTensor } from "@bertkit/checkpoints";
import { type EncoderInputs, huggingFaceOutputs } from "@bertkit/encoder";
import type { QuestionAnswerer } from "@bertkit/heads";
import { inference } from "@bertkit/nn";
import {
  maskedLmObjective,
  nextSentenceObjective,
  type Objective,
  type PretrainingTensors,
  sumObjectives,
} from "@bertkit/pretraining";
import * as tf from "@tensorflow/tfjs-core";
import type { Pretrained } from "bertkit";

type Reference = ReadonlyMap<string, StoredTensor>;

/** A model's outputs for a fixture's batch, with Hugging Face's names, and the loss that the fixture differentiates. */
export interface HeadOutputs {
  readonly forward: () => Record<string, tf.Tensor>;
  readonly loss: () => tf.Scalar;
}

/** Runs the head of the model, with its own loss. */
export function headOutputs(model: Pretrained, reference: Reference): HeadOutputs {
  const inputs = {
    inputIds: tensor(reference, "input_ids") as tf.Tensor2D,
    attentionMask: tensor(reference, "attention_mask") as tf.Tensor2D,
    tokenTypeIds: tensor(reference, "token_type_ids") as tf.Tensor2D,
  };
  if (model.questionAnswerer) return answererOutputs(model.questionAnswerer, inputs, reference);
  if (model.classifier || model.tokenClassifier) return classifierOutputs(model, inputs, reference);
  return model.maskedLm || model.nextSentence
    ? pretrainingOutputs(model, inputs, reference)
    : encoderOutputs(model, inputs, reference);
}

function encoderOutputs({ encoder }: Pretrained, inputs: EncoderInputs, reference: Reference): HeadOutputs {
  const run = (): ReturnType<typeof huggingFaceOutputs> =>
    huggingFaceOutputs(encoder.forward(inputs, inference, { hiddenStates: true, attentions: true }));
  const weights = (["last_hidden_state", "pooler_output"] as const)
    .filter((name) => reference.has(`weights.${name}`))
    .map((name) => [name, tensor(reference, `weights.${name}`)] as const);
  return {
    forward: () => {
      const { hidden_states, attentions, ...outputs } = run();
      return {
        ...outputs,
        ...Object.fromEntries(hidden_states!.map((states, i) => [`hidden_states.${i}`, tf.clone(states)])),
        ...Object.fromEntries(attentions!.map((attention, i) => [`attentions.${i}`, attention])),
      };
    },
    loss: () => {
      const outputs = run();
      return tf.addN(weights.map(([name, weight]) => tf.sum(tf.mul(outputs[name]!, weight)))) as tf.Scalar;
    },
  };
}

function pretrainingOutputs(model: Pretrained, inputs: EncoderInputs, reference: Reference): HeadOutputs {
  const [batch, tokens] = inputs.inputIds.shape;
  const masked = model.maskedLm && reference.get("labels")!;
  const following = reference.get("next_sentence_label") ?? reference.get("labels")!;
  const objectives: Objective[] = [];
  if (model.maskedLm) objectives.push(maskedLmObjective(model.maskedLm));
  if (model.nextSentence) objectives.push(nextSentenceObjective(model.nextSentence));
  const tensors = {
    ...inputs,
    ...(masked && maskedTensors(masked.data as Int32Array, batch, tokens)),
    nextSentenceLabels: tf.tensor1d(following.data as Int32Array, "int32"),
  } as PretrainingTensors;
  return {
    forward: () => {
      const { sequenceOutput, pooledOutput } = model.encoder.forward(inputs, inference);
      const scores = model.maskedLm && tf.reshape(model.maskedLm.forward(sequenceOutput), [batch, tokens, -1]);
      const relation = model.nextSentence?.forward(pooledOutput!);
      return scores && relation
        ? { prediction_logits: scores, seq_relationship_logits: relation }
        : { logits: (scores ?? relation)! };
    },
    loss: () => sumObjectives(...objectives).loss(model.encoder, tensors, inference).loss,
  };
}

/** Every position is a prediction; those without a label have weight 0. */
function maskedTensors(labels: Int32Array, batch: number, tokens: number): Partial<PretrainingTensors> {
  const shape: [number, number] = [batch, tokens];
  const positions = Int32Array.from(labels, (_, i) => i % tokens);
  return {
    maskedPositions: tf.tensor2d(positions, shape, "int32"),
    maskedIds: tf.tensor2d(
      labels.map((label) => Math.max(label, 0)),
      shape,
      "int32",
    ),
    maskedWeights: tf.tensor2d(
      Float32Array.from(labels, (label) => (label < 0 ? 0 : 1)),
      shape,
    ),
  };
}

function classifierOutputs(model: Pretrained, inputs: EncoderInputs, reference: Reference): HeadOutputs {
  const { classifier, tokenClassifier } = model;
  const labels = tensor(reference, "labels");
  if (classifier) {
    const tensors = { ...inputs, labels: labels as tf.Tensor1D };
    return {
      forward: () => ({ logits: classifier.forward(inputs, inference) }),
      loss: () => classifier.loss(tensors, inference).loss,
    };
  }
  const tensors = {
    ...inputs,
    labels: tf.cast(tf.maximum(labels, 0), "int32") as tf.Tensor2D,
    weights: tf.cast(tf.greaterEqual(labels, 0), "float32") as tf.Tensor2D,
  };
  return {
    forward: () => ({ logits: tokenClassifier!.forward(inputs, inference) }),
    loss: () => tokenClassifier!.loss(tensors, inference).loss,
  };
}

function answererOutputs(answerer: QuestionAnswerer, inputs: EncoderInputs, reference: Reference): HeadOutputs {
  const tensors = {
    ...inputs,
    startPositions: tensor(reference, "start_positions") as tf.Tensor1D,
    endPositions: tensor(reference, "end_positions") as tf.Tensor1D,
  };
  return {
    forward: () => {
      const [start, end] = tf.unstack(answerer.forward(inputs, inference), 2);
      return { start_logits: start!, end_logits: end! };
    },
    loss: () => answerer.loss(tensors, inference).loss,
  };
}

function tensor(reference: Reference, name: string): tf.Tensor {
  const { data, shape } = reference.get(name)!;
  return tf.tensor(data as Float32Array, [...shape], data instanceof Int32Array ? "int32" : "float32");
}
