import { BertEmbeddings, BertEncoder, type BertConfig, bertInputs, createBert } from "@bertkit/encoder";
import { inference, Rng } from "@bertkit/nn";

import { type BuiltCase, modelVariables, type ParityCase } from "../parity-case.ts";
import { skippingBatch, toyBatch, toyConfig } from "./toy-model.ts";

/** A training context with the same dropout at every call. */
const training = (): { training: true; rng: Rng } => ({ training: true, rng: new Rng(9) });

function bertCase(
  name: string,
  covers: string[],
  config: BertConfig,
  context: () => { training: boolean; rng: Rng },
): ParityCase {
  return {
    name,
    covers: ["createBert", "BertEncoder", "bertInputs", ...covers],
    build: (rng): BuiltCase => {
      const bert = createBert(config, rng);
      const inputs = bertInputs(toyBatch);
      return {
        variables: modelVariables(rng, bert),
        forward: () => {
          const { sequenceOutput, pooledOutput, hiddenStates, attentions } = bert.forward(inputs, context(), {
            hiddenStates: true,
            attentions: true,
          });
          return {
            sequenceOutput,
            ...(pooledOutput === undefined ? {} : { pooledOutput }),
            ...Object.fromEntries(hiddenStates!.slice(0, -1).map((state, i) => [`hiddenStates.${i}`, state])),
            ...Object.fromEntries(attentions!.map((attention, i) => [`attentions.${i}`, attention])),
          };
        },
      };
    },
  };
}

/** Whole encoders. */
export const encoderCases: readonly ParityCase[] = [
  {
    name: "encoder/createBert, padding skipped",
    covers: ["createBert", "BertEncoder", "bertInputs"],
    build: (rng) => {
      const bert = createBert(toyConfig, rng);
      const inputs = bertInputs(skippingBatch);
      if (inputs.tokenRows === undefined) throw new Error("skippingBatch: has too little padding to skip.");
      return {
        variables: modelVariables(rng, bert),
        forward: () => {
          const { sequenceOutput, pooledOutput } = bert.forward(inputs, training());
          return { sequenceOutput, pooledOutput: pooledOutput! };
        },
      };
    },
  },
  {
    name: "encoder/BertEncoder of custom parts",
    covers: ["BertEncoder"],
    build: (rng) => {
      const encoder = new BertEncoder({
        hiddenSize: toyConfig.hiddenSize,
        embeddings: new BertEmbeddings(toyConfig, rng),
        layers: [],
      });
      const inputs = bertInputs(toyBatch);
      return {
        variables: modelVariables(rng, encoder),
        forward: () => ({ sequenceOutput: encoder.forward(inputs, inference).sequenceOutput }),
      };
    },
  },
  bertCase("encoder/createBert", [], toyConfig, () => inference),
  bertCase(
    "encoder/createBert in training, tanh GELU, no pooler",
    [],
    { ...toyConfig, activation: "gelu_tanh", pooler: false },
    training,
  ),
  bertCase(
    "encoder/createBert with relative keys, SiLU, 16 token types, a padding row",
    ["RelativeKeyPositions"],
    {
      ...toyConfig,
      hiddenLayers: 1,
      positionEmbedding: "relative_key",
      activation: "silu",
      typeVocabularySize: 16,
      paddingId: 5, // not in the batch: its vector gets no gradient, unlike finite differences
    },
    () => inference,
  ),
  bertCase(
    "encoder/createBert with relative keys and queries",
    ["RelativeKeyPositions"],
    {
      ...toyConfig,
      hiddenLayers: 1,
      positionEmbedding: "relative_key_query",
      layerNormEpsilon: 1e-5,
      attentionHeads: 4,
    },
    () => inference,
  ),
];
