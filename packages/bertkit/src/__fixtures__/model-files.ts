import { memoryFolder } from "@bertkit/checkpoints";
import { variables } from "@bertkit/nn";
import type { PretrainedParts } from "../model/pretrained.ts";
import { savePretrained } from "../model/save-pretrained.ts";

/** The files of a model's folder. */
export async function filesOf(model: PretrainedParts): Promise<Record<string, Uint8Array>> {
  const folder = memoryFolder();
  await savePretrained(folder, model);
  return Object.fromEntries(folder.files);
}

/** A checksum of a model: the sum of all values, each multiplied by its index. */
export function checksumOf({ encoder, maskedLm, nextSentence, classifier }: Partial<PretrainedParts>): number {
  let [sum, place] = [0, 0];
  for (const variable of variables({ encoder, maskedLm, nextSentence, classifier }).values())
    for (const value of variable.dataSync()) sum += value * ((place++ % 97) + 1);
  return sum;
}
