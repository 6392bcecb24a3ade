import { checkObject } from "@bertkit/checks";
import type * as tf from "@tensorflow/tfjs-core";

import type { EncoderOutputs } from "./encoder.ts";

/** Outputs under the names of Hugging Face's `BertModel`. Optional fields were not requested, or there is no pooler. */
export interface HuggingFaceOutputs {
  readonly last_hidden_state: tf.Tensor3D;
  readonly pooler_output?: tf.Tensor2D;
  /** Output of the embeddings, then of every block: layers + 1 tensors */
  readonly hidden_states?: tf.Tensor3D[];
  readonly attentions?: tf.Tensor4D[];
}

/** Outputs under the names of TF Hub's `bert_en_uncased_L-…/4` and of Model Garden's `BertEncoderV2`. */
export interface TfHubOutputs {
  readonly sequence_output: tf.Tensor3D;
  readonly pooled_output?: tf.Tensor2D;
  /** Output of every block, without the embeddings; the last is `sequence_output` */
  readonly encoder_outputs?: tf.Tensor3D[];
}

/** Renames outputs as in Hugging Face's `BertModel`, without copying. */
export function huggingFaceOutputs(outputs: EncoderOutputs): HuggingFaceOutputs {
  checkOutputs("huggingFaceOutputs", outputs);
  const { sequenceOutput, pooledOutput, hiddenStates, attentions } = outputs;
  return {
    last_hidden_state: sequenceOutput,
    ...(pooledOutput && { pooler_output: pooledOutput }),
    ...(hiddenStates && { hidden_states: hiddenStates }),
    ...(attentions && { attentions }),
  };
}

/** Renames outputs as in TF Hub's BERT, without copying; `encoder_outputs` if hidden states were requested. */
export function tfHubOutputs(outputs: EncoderOutputs): TfHubOutputs {
  checkOutputs("tfHubOutputs", outputs);
  const { sequenceOutput, pooledOutput, hiddenStates } = outputs;
  return {
    sequence_output: sequenceOutput,
    ...(pooledOutput && { pooled_output: pooledOutput }),
    ...(hiddenStates && { encoder_outputs: hiddenStates.slice(1) }),
  };
}

function checkOutputs(where: string, outputs: EncoderOutputs): void {
  checkObject(where, "outputs", outputs, "what an encoder's forward gives", "sequenceOutput");
}
