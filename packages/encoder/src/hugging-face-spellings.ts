import { checkText } from "@bertkit/checks";

/**
 * Other spellings of a name in files on the Hugging Face hub: `LayerNorm.gamma` and `.beta` for `.weight` and `.bias`
 * (files converted before 2019), and with or without the prefix `bert.`, which a model without head omits.
 *
 * huggingFaceSpellings("bert.pooler.dense.bias") → ["pooler.dense.bias"]
 */
export function huggingFaceSpellings(name: string): string[] {
  checkText("huggingFaceSpellings", "name", name);
  const old = name.replace(/LayerNorm\.weight$/, "LayerNorm.gamma").replace(/LayerNorm\.bias$/, "LayerNorm.beta");
  const spellings = [name, old].flatMap((spelling) => [
    spelling,
    spelling.startsWith("bert.") ? spelling.slice(5) : `bert.${spelling}`,
  ]);
  return [...new Set(spellings)].filter((spelling) => spelling !== name);
}
