import type { PretrainingInstance, TokenDocument } from "../pretraining-instance.ts";
import type { PretrainingVocabulary } from "../pretraining-vocabulary.ts";

/** Forty pieces: [PAD] [CLS] [SEP] [MASK], 24 words, and from id 28 on twelve continuations. */
export const smallVocabulary: PretrainingVocabulary = {
  size: 40,
  classificationId: 1,
  separatorId: 2,
  maskId: 3,
  isContinuation: (id) => id >= 28,
};

/** Nine documents of one to eight sentences of one to eleven pieces, by formula. */
export function smallCorpus(): TokenDocument[] {
  return range(9).map((d) =>
    range(1 + ((d * 3) % 8)).map((s) => range(((d * 7 + s * 5) % 11) + 1).map((t) => 4 + ((d * 31 + s * 17 + t * 13) % 36))),
  );
}

/** The row format of the golden files: compact JSON, a newline after each. */
export function toJsonLines(instances: readonly PretrainingInstance[]): string {
  return instances
    .map(({ inputIds, tokenTypeIds, maskedPositions, maskedIds, isRandomNext }) =>
      JSON.stringify({
        ids: [...inputIds],
        seg: [...tokenTypeIds],
        pos: [...maskedPositions],
        lab: [...maskedIds],
        nsp: isRandomNext ? 1 : 0,
      }),
    )
    .map((row) => `${row}\n`)
    .join("");
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}
