import { checkArray, checkLists, checkValue, object } from "@bertkit/checks";
import type { TokenDocument } from "./pretraining-instance.ts";

/**
 * @throws TypeError unless each document is a list of sentences, each a list of ids; names the index of the first other
 *   item
 */
export function checkDocuments(where: string, documents: readonly TokenDocument[]): void {
  checkArray(where, "documents", documents, "documents");
  documents.forEach((document, i) => checkLists(where, `documents[${i}]`, document, "token ids"));
}

/** @throws TypeError unless a value draws random numbers */
export function checkRandom(where: string, random: unknown): void {
  checkValue(where, "random", random, object("an Rng", "random", "integer", "shuffle"), "Pass new Rng(seed).");
}
