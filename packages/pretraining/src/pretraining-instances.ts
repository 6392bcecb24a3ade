import type { RandomSource } from "@bertkit/nn";
import { cutDocument, withoutEmpty } from "./cut-document.ts";
import { checkInstanceOptions, type InstanceOptions } from "./instance-options.ts";
import type { PretrainingInstance, TokenDocument } from "./pretraining-instance.ts";

/** Options of `pretrainingInstances`. */
export interface PretrainingInstancesOptions extends InstanceOptions {
  /** Instances held back to be given out in random order: the only memory besides the documents. Default 4096. */
  readonly shuffleBufferSize?: number;
  /** How often to go over the documents. Default: without end. */
  readonly passes?: number;
}

/**
 * An endless stream of instances for training. Each pass takes the documents in a new order and cuts, pairs and masks
 * them anew, so a model sees every sentence under fresh masks; a buffer mixes neighbouring documents.
 *
 * The same seed gives the same stream: to resume, make the generator again and drop what the earlier run took.
 * Throws RangeError when no document has a sentence. With one document alone, "random next" segments come from it too.
 */
export function* pretrainingInstances(
  documents: readonly TokenDocument[],
  options: PretrainingInstancesOptions,
  random: RandomSource,
): Generator<PretrainingInstance, void, undefined> {
  const { shuffleBufferSize = 4096, passes = Infinity } = options;
  const checked = checkInstanceOptions(options);
  const cleaned = withoutEmpty(documents);
  if (cleaned.length === 0) {
    throw new RangeError(
      `pretrainingInstances: no sentences in ${documents.length} documents. Pass documents with token ids.`,
    );
  }
  const buffer: PretrainingInstance[] = [];
  const order = Array.from(cleaned.keys());
  for (let pass = 0; pass < passes; pass++) {
    random.shuffle(order);
    for (const index of order) {
      for (const instance of cutDocument(cleaned, index, checked, random)) {
        if (buffer.length < shuffleBufferSize) {
          buffer.push(instance);
          continue;
        }
        const slot = random.integer(0, buffer.length);
        yield buffer[slot] ?? instance;
        if (slot < buffer.length) buffer[slot] = instance;
      }
    }
  }
  random.shuffle(buffer);
  yield* buffer;
}
