import { bertInputs, inference, type Pretrained } from "bertkit";
import * as tf from "@tensorflow/tfjs-core";

/** The masked-LM logits of every [MASK] of the text: [masks][vocabulary]. */
export async function maskLogits({ encoder, maskedLm, tokenizer }: Pretrained, text: string): Promise<number[][]> {
  const batch = tokenizer.encodeBatch([text], {});
  const masks = [...batch.inputIds.keys()].filter((i) => batch.inputIds[i] === tokenizer.special.mask.id);
  return rowsOf(() => {
    const { sequenceOutput } = encoder.forward(bertInputs(batch), inference); // [1, tokens, size]
    return maskedLm!.forward(sequenceOutput, tf.tensor2d(masks, [1, masks.length], "int32")); // [masks, vocabulary]
  });
}

/** The classifier's logits: [1][labels]. */
export async function labelLogits({ classifier, config, tokenizer }: Pretrained, text: string): Promise<number[][]> {
  const maxLength = config.maxPositionEmbeddings;
  const batch = tokenizer.encodeBatch([text], { maxLength, truncation: "longest_first" });
  return rowsOf(() => classifier!.forward(bertInputs(batch), inference)); // [1, labels]
}

async function rowsOf(compute: () => tf.Tensor2D): Promise<number[][]> {
  const tensor = tf.tidy(compute);
  try {
    return await tensor.array();
  } finally {
    tensor.dispose();
  }
}
