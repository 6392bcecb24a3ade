import { checkOptions } from "@bertkit/checks";
import { checkDocuments, checkRandom } from "./check-documents.ts";
import type { RandomSource } from "@bertkit/nn";
import { cutDocument } from "./cut-document.ts";
import { flatDocuments } from "./flat-document.ts";
import { checkInstanceOptions, type InstanceOptions } from "./instance-options.ts";
import { createInstancesRules } from "./option-rules.ts";
import type { PretrainingInstance, TokenDocument } from "./pretraining-instance.ts";
import { maskPair } from "./sentence-pair.ts";

/** Options of `createInstances`. */
export interface CreateInstancesOptions extends InstanceOptions {
  /** Number of times that each document is split and masked. Default 10. */
  readonly dupeFactor?: number;
}

/**
 * Creates all instances of a corpus, bit for bit equal to google-research/bert's create_pretraining_data.py when used
 * with `PythonRandom` and the same seed. For training on a large corpus, use `pretrainingInstances`, which needs
 * bounded memory and never repeats a mask.
 */
export function createInstances(
  documents: readonly TokenDocument[],
  options: CreateInstancesOptions,
  random: RandomSource,
): PretrainingInstance[] {
  checkOptions("createInstances", options, createInstancesRules);
  checkDocuments("createInstances", documents);
  checkRandom("createInstances", random);
  const { dupeFactor = 10, ...rest } = options;
  const checked = checkInstanceOptions(rest);
  const shuffled = flatDocuments("createInstances", documents, checked.vocabulary.size);
  if (shuffled.length === 0)
    throw new RangeError(
      `createInstances: no sentences in ${documents.length} documents. Pass documents with token ids.`,
    );
  random.shuffle(shuffled);
  const instances: PretrainingInstance[] = [];
  for (let pass = 0; pass < dupeFactor; pass++) {
    for (let index = 0; index < shuffled.length; index++) {
      for (const pair of cutDocument(shuffled, index, checked, random)) instances.push(maskPair(pair, checked, random));
    }
  }
  random.shuffle(instances);
  return instances;
}
