import { hasShards } from "../data/shard-folder.ts";
import { pretrainRecipes } from "../pretrain/recipes.ts";
import { optionName } from "./options/option.ts";
import type { PretrainArguments } from "./pretrain-arguments.ts";
import { UsageError } from "./usage-error.ts";

/** Settings that only apply to text, and those that apply to shards if they are masked again. */
const forText = ["layout", "encoding", "streamFrom"] as const;
const forMasks = ["maskedLmProbability", "finalMaskedLmProbability", "wholeWordMasking"] as const;

/** @throws UsageError for an option of the command line that would be ignored; a file of options may be for other runs */
export function requireEffect(given: PretrainArguments, line: PretrainArguments): void {
  const isGiven = (name: keyof PretrainArguments): boolean => line[name] !== undefined;
  const { text: paths = [], recipe = "minutes" } = given;
  const longFraction = given.longFraction ?? pretrainRecipes[recipe].longFraction;
  if (isGiven("longSequenceLength") && longFraction === 0)
    throw new UsageError(
      "--long-sequence-length has no effect with --long-fraction 0. Leave it out, or give the fraction of the steps that have it",
    );
  if (paths.length === 0) return;
  const shards = paths.filter(hasShards).length;
  if (shards === 0) {
    if (line.maskAgain === true)
      throw new UsageError(
        "--mask-again has no effect on text, whose masks are new in each pass anyway. Leave it out; it is for shards of bertkit data",
      );
    return;
  }
  if (shards < paths.length) return; // an error, with or without the option
  const ofText = forText.find(isGiven);
  if (ofText !== undefined)
    throw new UsageError(
      `${optionName(ofText)} has no effect on shards, whose text is encoded already. Leave it out, or give it to bertkit data`,
    );
  const ofMasks = given.maskAgain === true ? undefined : forMasks.find(isGiven);
  if (ofMasks !== undefined)
    throw new UsageError(
      `${optionName(ofMasks)} has no effect on shards, which are masked already. Leave it out, or give --mask-again`,
    );
}
