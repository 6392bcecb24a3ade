import type * as tf from "@tensorflow/tfjs-core";

import type { EncoderOutputs } from "./encoder.ts";

/** The names of Hugging Face's `BertModel`; what was not requested, or has no pooler, is absent. */
export interface HuggingFaceOutputs {
  last_hidden_state: tf.Tensor3D;
  pooler_output?: tf.Tensor2D;
  /** The embeddings' vectors, then every block's: layers + 1 of them */
  hidden_states?: tf.Tensor3D[];
  attentions?: tf.Tensor4D[];
}

/** The names of TF Hub's `bert_en_uncased_L-…/4` and of Model Garden's `BertEncoderV2`. */
export interface TfHubOutputs {
  sequence_output: tf.Tensor3D;
  pooled_output?: tf.Tensor2D;
  /** Every block's vectors, without the embeddings': as many as layers, the last one `sequence_output` */
  encoder_outputs?: tf.Tensor3D[];
}

/** The same tensors under Hugging Face's names; nothing is copied. */
export function huggingFaceOutputs(outputs: EncoderOutputs): HuggingFaceOutputs {
  const { sequenceOutput, pooledOutput, hiddenStates, attentions } = outputs;
  return {
    last_hidden_state: sequenceOutput,
    ...(pooledOutput && { pooler_output: pooledOutput }),
    ...(hiddenStates && { hidden_states: hiddenStates }),
    ...(attentions && { attentions }),
  };
}

/** The same tensors under TF Hub's names, `encoder_outputs` where hidden states were requested; nothing is copied. */
export function tfHubOutputs(outputs: EncoderOutputs): TfHubOutputs {
  const { sequenceOutput, pooledOutput, hiddenStates } = outputs;
  return {
    sequence_output: sequenceOutput,
    ...(pooledOutput && { pooled_output: pooledOutput }),
    ...(hiddenStates && { encoder_outputs: hiddenStates.slice(1) }),
  };
}
