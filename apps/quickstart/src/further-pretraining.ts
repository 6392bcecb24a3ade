import { splitSentences } from "@bertkit/datasets";
import type { BertConfig } from "@bertkit/encoder";
import type { TokenDocument } from "@bertkit/pretraining";
import type { Tokenizer } from "@bertkit/tokenizer";

import { toDocuments } from "./documents.ts";
import type { Mail } from "./mails.ts";
import { pretrain, type Pretraining } from "./pretrain.ts";
import { copyOfModel, type PretrainingModel } from "./pretraining-model.ts";

/** Mails as documents for pretraining, without labels; the subject is the first sentence. */
export function mailDocuments(mails: readonly Pick<Mail, "subject" | "body">[], tokenizer: Tokenizer): TokenDocument[] {
  return toDocuments(
    mails.map(({ subject, body }) => [subject, ...splitSentences(body)]),
    tokenizer,
  );
}

/**
 * Continues pretraining of a copy of the model on text similar to the task's, as google-research/bert's README advises
 * ("Pre-training tips and caveats"; "further pre-training" in Sun et al., 2019). The model itself does not change.
 */
export async function pretrainFurther(
  model: PretrainingModel,
  { config, ...rest }: Omit<Pretraining, "model"> & { config: BertConfig },
): Promise<{ model: PretrainingModel; pretrained: Awaited<ReturnType<typeof pretrain>> }> {
  const copy = copyOfModel(model, config);
  return { model: copy, pretrained: await pretrain({ ...rest, model: copy }) };
}
