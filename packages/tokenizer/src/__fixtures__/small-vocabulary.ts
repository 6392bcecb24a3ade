import type { Vocabulary } from "../index.ts";
import { trainWordPiece } from "../training/index.ts";

/** A vocabulary of 400 pieces with characters of many scripts, trained here so that tests need no file. */
export function smallVocabulary(): Promise<Vocabulary> {
  return trainWordPiece(
    [
      "the quick brown fox jumps over the lazy dog, and the unaffable dogs were running quickly away from it",
      "Der naïve Übermensch aß süße Äpfel; ÇA VA? Où êtes-vous? İstanbul ıssız",
      "Ο ΔΟΣ και ο οδος, Москва не сразу строилась; ёлка й",
      "東京 北京 한국어 ภาษาไทย हिन्दी עִבְרִית العَرَبِيَّة 𠀀 👩🏽‍🚀",
      "don't (stop) [now] {a} <b> $5 £6 50% a_b x=y ½ № ™",
    ],
    { vocabularySize: 400, minFrequency: 1, lowercase: false },
  );
}
