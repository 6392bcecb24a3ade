import { checkObject } from "@bertkit/checks";
import { checkRandom } from "./check-documents.ts";
import type { RandomSource } from "@bertkit/nn";
import { checkInstanceOptions, type InstanceOptions } from "./instance-options.ts";
import type { PretrainingInstance } from "./pretraining-instance.ts";
import { maskPair } from "./sentence-pair.ts";

/** An instance without masks: the original ids are restored. */
export function unmasked(instance: PretrainingInstance): Int32Array {
  checkObject("unmasked", "instance", instance, "an instance", "inputIds", "maskedPositions", "maskedIds");
  const { inputIds, maskedPositions, maskedIds } = instance;
  const ids = inputIds.slice();
  for (let i = 0; i < maskedPositions.length; i++) ids[maskedPositions[i]!] = maskedIds[i]!;
  return ids;
}

/**
 * Masks instances again, with new random masks at each call (dynamic masking: Liu et al. 2019, section 4.1), for
 * instances that are read repeatedly, such as from shards.
 */
export function maskAgain(
  options: InstanceOptions,
): (instance: PretrainingInstance, random: RandomSource) => PretrainingInstance {
  const checked = checkInstanceOptions(options, "maskAgain");
  return (instance, random) => {
    checkRandom("maskAgain", random);
    return maskPair({ ...instance, inputIds: unmasked(instance) }, checked, random);
  };
}
