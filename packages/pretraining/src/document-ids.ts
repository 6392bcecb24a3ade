import { checkList, checkObject, type NoText } from "@bertkit/checks";
import type { Tokenizer } from "@bertkit/tokenizer";

/** The token ids of a document's sentences, without special tokens. Sentences without tokens are dropped. */
export function documentIds(sentences: Iterable<string> & NoText, tokenizer: Pick<Tokenizer, "encode">): Int32Array[] {
  checkList("documentIds", "sentences", sentences, "texts");
  checkObject("documentIds", "tokenizer", tokenizer, "a Tokenizer", "encode");
  const document: Int32Array[] = [];
  for (const sentence of sentences) {
    const { ids } = tokenizer.encode(sentence, undefined, { addSpecialTokens: false });
    if (ids.length > 0) document.push(ids);
  }
  return document;
}
