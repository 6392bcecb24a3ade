import { checkObject } from "@bertkit/checks";
import { checkRandom } from "./check-documents.ts";
import type { RandomSource } from "@bertkit/nn";
import { type CheckedInstanceOptions, checkInstanceOptions, type InstanceOptions } from "./instance-options.ts";
import { joined } from "./joined.ts";
import { type MaskedTokens, maskTokens } from "./mask-tokens.ts";
import type { PretrainingInstance } from "./pretraining-instance.ts";

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
 * instances that are read repeatedly, such as from shards. Each sequence of a packed instance is masked by itself, with
 * the fraction and the maximum of a single one.
 */
export function maskAgain(
  options: InstanceOptions,
): (instance: PretrainingInstance, random: RandomSource) => PretrainingInstance {
  const checked = checkInstanceOptions(options, "maskAgain");
  return (instance, random) => {
    checkRandom("maskAgain", random);
    const inputIds = unmasked(instance);
    const { sequenceLengths } = instance;
    const { positions, ids } =
      sequenceLengths === undefined
        ? maskTokens(inputIds, checked, random)
        : maskSequences(inputIds, sequenceLengths, checked, random);
    return { ...instance, inputIds, maskedPositions: positions, maskedIds: ids };
  };
}

/** Masks each sequence of a packed row in place. */
function maskSequences(
  row: Int32Array,
  sequenceLengths: Int32Array,
  options: CheckedInstanceOptions,
  random: RandomSource,
): MaskedTokens {
  let start = 0;
  const parts = Array.from(sequenceLengths, (length): MaskedTokens => {
    const from = start;
    start += length;
    const { positions, ids } = maskTokens(row.subarray(from, start), options, random);
    return { positions: positions.map((position) => position + from), ids };
  });
  return { positions: joined(parts.map(({ positions }) => positions)), ids: joined(parts.map(({ ids }) => ids)) };
}
