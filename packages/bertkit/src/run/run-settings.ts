import { isObject } from "../config/json-fields.ts";
import { RunFolderError } from "./run-folder-error.ts";

/** The settings of a run that must not change, as plain JSON by name. */
export type RunSettings = Readonly<Record<string, unknown>>;

/** Throws a RunFolderError with the differences, unless the settings in both are equal. */
export function requireSameSettings(path: string, saved: RunSettings, now: RunSettings): void {
  const plain = JSON.parse(JSON.stringify(now)) as RunSettings;
  const differing = differences(saved, plain).slice(0, 5);
  if (differing.length === 0) return;
  throw new RunFolderError(
    "SETTINGS",
    `${path} has an interrupted run with other settings: ${differing.join("; ")}. Run its command again to resume, choose another folder, or start it again from the beginning.`,
  );
}

function differences(saved: RunSettings, now: RunSettings, above = ""): string[] {
  return Object.keys(saved).flatMap((name): string[] => {
    if (!(name in now)) return above === "" ? [] : [`${above}${name} was ${shown(saved[name])}, now there is none`];
    const [before, after] = [saved[name], now[name]];
    if (isObject(before) && isObject(after)) {
      const added = Object.keys(after).filter((key) => !(key in before));
      return [
        ...differences(before, after, `${above}${name}.`),
        ...added.map((key) => `${above}${name}.${key} was missing, now it is ${shown(after[key])}`),
      ];
    }
    return JSON.stringify(before) === JSON.stringify(after)
      ? []
      : [`${above}${name} was ${shown(before)}, now it is ${shown(after)}`];
  });
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
