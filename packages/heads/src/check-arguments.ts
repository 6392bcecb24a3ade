import { checkObject, checkValue, object } from "@bertkit/checks";

/** @throws TypeError unless a value is a tokenizer */
export function checkTokenizer(where: string, tokenizer: unknown): void {
  checkValue(where, "tokenizer", tokenizer, object("a Tokenizer", "encode", "special"), "Pass bertTokenizer(…).");
}

/** @throws TypeError unless a value is a head that predicts; `is` describes it, such as "a MultipleChoice" */
export function checkHead(where: string, name: string, head: unknown, is: string, ...fields: string[]): void {
  checkValue(where, name, head, object(is, "predict", ...fields), `Pass ${is}.`);
}

/** @throws TypeError unless a value is a batch with these fields, made by the function `maker` */
export function checkBatch(where: string, batch: unknown, maker: string, ...fields: string[]): void {
  checkValue(where, "batch", batch, object("an object"), `Pass what ${maker} gives.`);
  checkObject(where, "batch", batch, `what ${maker} gives`, "inputIds", ...fields);
}

/** A batch without rows has no loss. @throws RangeError if there is no example */
export function checkSome(where: string, examples: readonly unknown[]): void {
  if (examples.length === 0) throw new RangeError(`${where}: needs at least one example, got none. Pass some.`);
}
