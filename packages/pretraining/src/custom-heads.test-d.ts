// Compiled, never run: a custom masked-LM head fits wherever MaskedLmHead does.
import type { Encoder, EncodedBatch } from "@bertkit/encoder";
import * as tf from "@tensorflow/tfjs-core";

import {
  evaluatePretraining,
  fillMask,
  maskedLmObjective,
  type MaskedLmHead,
  nextSentenceObjective,
  type PretrainingBatch,
} from "./index.ts";

declare const encoder: Encoder;
declare const batch: EncodedBatch;
declare const batches: PretrainingBatch[];

const head = { forward: (): tf.Tensor2D => tf.zeros([1, 1]), mine: true };
export const mine: boolean = maskedLmObjective(head).head.mine;
export const filled = fillMask({ encoder, head, batch, maskId: 4 });
export const evaluation = evaluatePretraining({ encoder, maskedLm: head, nextSentence: head, batches });
export const next: boolean = nextSentenceObjective(head).head.mine;

// MaskedLmHead is structural: an object with its fields fits.
declare const own: Pick<MaskedLmHead, keyof MaskedLmHead>;
export const same: MaskedLmHead = own;

// @ts-expect-error scores must be [rows, vocabulary]
maskedLmObjective({ forward: () => tf.zeros<tf.Rank.R3>([1, 1, 1]) });
