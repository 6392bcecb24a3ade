import type { PretrainSettings } from "./pretrain-settings.ts";
import type { PretrainingSource } from "./pretraining-source.ts";

/** A sentence for each group of settings that would have no effect on a source, with the cure. */
export function settingsWithoutEffect(source: PretrainingSource, settings: PretrainSettings): string[] {
  const found: string[] = [];
  const ofHeldOut = (["evaluateEvery", "patience", "keepBest"] as const).filter((name) => settings[name] > 0);
  if (ofHeldOut.length > 0 && source.heldOut.length === 0)
    found.push(
      settings.heldOut === 0
        ? `${listed(ofHeldOut)} without effect: heldOut is 0. Raise heldOut, or set them to 0.`
        : `${listed(ofHeldOut)} without effect: nothing is held out: there are fewer than 20 documents (of text that is read during training, 20 parts of 128 KiB; of shards, 20 instances), or heldOut is too small. Add text, raise heldOut, or set them to 0.`,
    );
  if (settings.nextSentence && !source.hasPairs)
    found.push(
      "nextSentence needs pairs of segments, which the shards do not have (bertkit data --pairs). Set nextSentence to false (--no-next-sentence), or make shards of pairs.",
    );
  return found;
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
