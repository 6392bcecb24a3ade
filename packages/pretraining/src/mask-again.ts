import type { RandomSource } from "@bertkit/nn";
import { checkInstanceOptions, type InstanceOptions } from "./instance-options.ts";
import type { PretrainingInstance } from "./pretraining-instance.ts";
import { maskPair } from "./sentence-pair.ts";

/** An instance without its masks: the hidden pieces stand where they stood. */
export function unmasked({ inputIds, maskedPositions, maskedIds }: PretrainingInstance): Int32Array {
  const ids = inputIds.slice();
  for (let i = 0; i < maskedPositions.length; i++) ids[maskedPositions[i]!] = maskedIds[i]!;
  return ids;
}

/**
 * Gives instances other masks, drawn anew each time it is called (dynamic masking: Liu et al. 2019, section 4.1): for
 * instances that are read again, as of shards.
 */
export function maskAgain(
  options: InstanceOptions,
): (instance: PretrainingInstance, random: RandomSource) => PretrainingInstance {
  const checked = checkInstanceOptions(options, "maskAgain");
  return (instance, random) => maskPair({ ...instance, inputIds: unmasked(instance) }, checked, random);
}
