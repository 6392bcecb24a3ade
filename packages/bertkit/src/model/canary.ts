import type { TensorSource } from "@bertkit/checkpoints";
import {
  type BertConfig,
  bertInputs,
  type EncodedBatch,
  type Encoder,
  type EncoderInputs,
  type EncoderOutputs,
} from "@bertkit/encoder";
import { inference } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";
import { CanaryError } from "./canary-error.ts";
import { type Canary, canaryKey, parseCanary } from "./parse-canary.ts";
import type { PretrainedParts } from "./pretrained.ts";
import { weightsFingerprint } from "./weights-fingerprint.ts";

type Parts = Omit<PretrainedParts, "tokenizer">;

const encoderOutput = "the encoder's output";
/** Tokens of a row: more than 32, from which on GPUs run other kernels. */
const longest = 33;
/** Values of one output. */
const sampled = 128;
const tolerance = { float32: 2e-3, float16: 3e-2 };
/** If the expected values were computed in float16, differences to float32 are float16's. */
const toleranceFromFloat16 = { float32: 3e-2, float16: 3e-2 };

/**
 * Computes a model's canary on the active backend, as text; undefined if its outputs are not finite.
 *
 * @param weights the tensors that will be written with it
 */
export async function writeCanary(parts: Parts, weights?: TensorSource): Promise<string | undefined> {
  const inputs = canaryInputs(parts.config);
  const outputs: Record<string, number[]> = {};
  // Seven digits, the precision of float32.
  for (const [name, { values, samples }] of Object.entries(await outputsOf(parts, inputs)))
    outputs[name] = samples.map((place) => Number(values[place]!.toPrecision(7)));
  const allowed = tf.backend().floatPrecision() === 16 ? toleranceFromFloat16 : tolerance;
  const finite = Object.values(outputs).every((numbers) => numbers.every(Number.isFinite));
  if (!finite) return undefined;
  const fingerprint = weights && { weights: await weightsFingerprint(weights) };
  return JSON.stringify({ ...inputs, outputs, tolerance: allowed, ...fingerprint } satisfies Canary);
}

/** The vectors of a batch's tokens, padding included, by the graph that will run; undefined if there is none. */
export type TokenVectors = (batch: EncodedBatch) => Promise<Float32Array | undefined>;

/**
 * Checks the canary of a weights' file. Weights that another program changed after the save, such as an average, are not
 * an error, though their file still has the canary: the fingerprint shows it, and is only computed if the check fails.
 */
export async function checkCanaryOf(weights: TensorSource, parts: Parts, vectors?: TokenVectors): Promise<void> {
  const text = weights.metadata[canaryKey];
  try {
    await checkCanary(parts, text, vectors);
  } catch (error) {
    const stored = CanaryError.isInstance(error) ? parseCanary(text!, parts.config).weights : undefined;
    if (stored === undefined || stored === (await weightsFingerprint(weights))) throw error;
  }
}

/**
 * Computes a folder's canary on the active backend and compares. Not on "cpu", TensorFlow.js's plain JavaScript, where
 * it would take seconds.
 *
 * @param vectors runs an encoder without heads, so that its graph is made once
 * @throws CanaryError if the numbers differ by more than rounding
 */
export async function checkCanary(parts: Parts, text: string | undefined, vectors?: TokenVectors): Promise<void> {
  const backend = tf.getBackend();
  if (text === undefined || backend === "cpu") return;
  const canary = parseCanary(text, parts.config);
  const actual = (vectors && (await vectorsAsOutputs(parts, canary, vectors))) ?? (await outputsOf(parts, canary));
  const samples = new Map(Object.entries(actual).map(([name, output]) => [name, output.samples]));
  compare(canary, samples, actual);
  const whole = canary.attentionMask.findIndex((row) => row.every((isToken) => isToken === 1));
  if (whole < 0 || backend === maskingBackend) return;
  const alone = await outputsOf(parts, {
    inputIds: [canary.inputIds[whole]!],
    tokenTypeIds: [canary.tokenTypeIds[whole]!],
    attentionMask: [canary.attentionMask[whole]!],
  });
  compare(canary, samples, alone, whole);
}

/** The backend whose pipelines always pass a mask, so that a row without padding runs the same kernels. */
const maskingBackend = "onnxruntime";

/**
 * @param samples the places of an output's stored values
 * @param row the row that `actual` has, if it is not all of them
 * @throws CanaryError if a value differs by more than rounding
 */
function compare(
  canary: Canary,
  samples: ReadonlyMap<string, readonly number[]>,
  actual: Readonly<Record<string, Output>>,
  row?: number,
): void {
  const backend = tf.getBackend();
  const changed =
    canary.weights === undefined ? " If the weights were changed after the save, save them with savePretrained." : "";
  const limit = canary.tolerance[tf.backend().floatPrecision() === 16 ? "float16" : "float32"];
  for (const [name, expected] of Object.entries(canary.outputs)) {
    const places = samples.get(name);
    if (places?.length !== expected.length) continue; // a head that is not loaded
    const { values } = actual[name]!;
    const start = (row ?? 0) * values.length;
    const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
    for (const [i, value] of expected.entries()) {
      const place = places[i]! - start;
      if (place < 0 || place >= values.length || Math.abs(values[place]! - value) <= limit * largest) continue;
      throw new CanaryError(
        `fromPretrained: the backend ${backend} computes wrong numbers: ${name} of the model's own example${row === undefined ? "" : " without padding"} is ${values[place]} where the weights' file has ${value}, and may differ by ${(limit * largest).toPrecision(2)}. Use another backend (useBackend("wasm", { engine: "tfjs" }), or "cpu"), update the browser and its graphics driver, and report it.${changed} { canary: false } skips the check.`,
      );
    }
  }
}

type Inputs = Pick<Canary, "inputIds" | "tokenTypeIds" | "attentionMask">;

/**
 * The first row has no padding. The second has six tokens. The third has one at its start and two at its end, so that
 * errors at both ends of a tensor change the outputs.
 */
function canaryInputs({ vocabularySize, maxPositionEmbeddings, typeVocabularySize }: BertConfig): Inputs {
  const length = Math.min(longest, maxPositionEmbeddings);
  const row = (of: (token: number) => number): number[] => Array.from({ length }, (_, token) => of(token));
  return {
    inputIds: [0, 1, 2].map((r) => row((token) => (977 * (token + 1) + 7919 * r) % vocabularySize)),
    tokenTypeIds: [row(() => 0), row(() => 0), row((token) => (token > 1 && typeVocabularySize > 1 ? 1 : 0))],
    attentionMask: [
      row(() => 1),
      row((token) => Number(token < 6)),
      row((token) => Number(token === 0 || token >= length - 2)),
    ],
  };
}

/** All values of an output, and the places of those that a canary stores. */
interface Output {
  readonly values: Float32Array;
  readonly samples: readonly number[];
}

async function outputsOf(
  parts: Parts,
  { inputIds, tokenTypeIds, attentionMask }: Inputs,
): Promise<Record<string, Output>> {
  const batch = encoded({ inputIds, tokenTypeIds, attentionMask });
  const tensors = tf.tidy(() => forward(parts, bertInputs(batch)));
  const outputs: Record<string, Output> = {};
  for (const [name, tensor] of Object.entries(tensors)) {
    const values = (await tensor.data()) as Float32Array;
    const hasTokens = tensor.shape[1] === batch.shape[1] && tensor.rank > 1;
    const kept = hasTokens ? ofTokens(tensor.shape, batch.attentionMask) : [...values.keys()];
    outputs[name] = { values, samples: sampleOf(kept) };
  }
  tf.dispose(tensors);
  return outputs;
}

/** The encoder's output by its own graph; undefined if the model has heads, or the backend has no such graph. */
async function vectorsAsOutputs(
  parts: Parts,
  inputs: Inputs,
  vectors: TokenVectors,
): Promise<Record<string, Output> | undefined> {
  const hasHead = Object.entries(parts).some(([name, part]) => !["config", "encoder"].includes(name) && part);
  if (hasHead) return undefined;
  const batch = encoded(inputs);
  const values = await vectors(batch);
  const shape = [...batch.shape, parts.encoder.hiddenSize];
  return values && { [encoderOutput]: { values, samples: sampleOf(ofTokens(shape, batch.attentionMask)) } };
}

function encoded({ inputIds, tokenTypeIds, attentionMask }: Inputs): EncodedBatch {
  const flat = (rows: readonly (readonly number[])[]): Int32Array => Int32Array.from(rows.flat());
  return {
    inputIds: flat(inputIds),
    tokenTypeIds: flat(tokenTypeIds),
    attentionMask: flat(attentionMask),
    shape: [inputIds.length, inputIds[0]!.length],
  };
}

function sampleOf(places: readonly number[]): number[] {
  const count = Math.min(sampled, places.length);
  return Array.from({ length: count }, (_, i) => places[Math.floor((i * places.length) / count)]!);
}

/** Indices of the values of tokens that are not padding, for an output [rows, tokens, …]. */
function ofTokens(shape: readonly number[], mask: Int32Array): number[] {
  const width = shape.slice(2).reduce((product, size) => product * size, 1);
  return [...mask].flatMap((isToken, place) =>
    isToken === 1 ? Array.from({ length: width }, (_, i) => place * width + i) : [],
  );
}

function forward(parts: Parts, inputs: EncoderInputs): Record<string, tf.Tensor> {
  const { encoder, maskedLm, nextSentence, classifier, tokenClassifier, multipleChoice, questionAnswerer } = parts;
  const encoded = encoder.forward(inputs, inference);
  const { sequenceOutput, pooledOutput } = encoded;
  const outputs: Record<string, tf.Tensor> = { [encoderOutput]: sequenceOutput };
  if (maskedLm) {
    const first = tf.slice(sequenceOutput, 0, [inputs.inputIds.shape[0], 1, sequenceOutput.shape[2]]); // for all tokens it would be megabytes
    outputs["the masked LM's logits"] = maskedLm.forward(first);
  }
  if (nextSentence && pooledOutput) outputs["the next sentence's logits"] = nextSentence.forward(pooledOutput);
  const heads = { "the classifier's": classifier, "the tokens'": tokenClassifier, "the choices'": multipleChoice, "the answers'": questionAnswerer }; // prettier-ignore
  for (const [name, head] of Object.entries(heads))
    if (head) outputs[`${name} logits`] = onOutputs(head, encoded).forward(inputs, inference);
  return outputs;
}

type Head = { readonly encoder: Encoder; forward(inputs: EncoderInputs, context: typeof inference): tf.Tensor };

/** The head over an encoder that has already computed: every head runs its encoder, which is most of the work. */
function onOutputs(head: Head, outputs: EncoderOutputs): Head {
  const { hiddenSize, hasPooler } = head.encoder;
  const encoder: Encoder = { hiddenSize, hasPooler, forward: () => outputs };
  return Object.create(head, { encoder: { value: encoder } }) as Head;
}
