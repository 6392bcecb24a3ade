import { isObject } from "../config/json-fields.ts";
import { RunFolderError } from "./run-folder-error.ts";

/** The settings of a run that must not change, as plain JSON by name. An undefined setting is one that is not set. */
export type RunSettings = Readonly<Record<string, unknown>>;

/** The settings as they are saved: null for those that are undefined, which JSON would leave out. */
export function plainSettings(settings: RunSettings): RunSettings {
  const json = JSON.stringify(settings, (_, value: unknown) => (value === undefined ? null : value));
  return JSON.parse(json) as RunSettings;
}

/**
 * Throws a RunFolderError with the differences, unless the plain settings in both are equal. Names that only one has are
 * ignored: a stage adds settings of its own, and an older version may have saved fewer.
 */
export function requireSameSettings(path: string, saved: RunSettings, now: RunSettings): void {
  const differing = differences(saved, now).slice(0, 5);
  if (differing.length === 0) return;
  throw new RunFolderError(
    "SETTINGS",
    `${path} has an interrupted run with other settings: ${differing.join("; ")}. Run its command again to resume, choose another folder, or start again (fresh).`,
  );
}

function differences(saved: RunSettings, now: RunSettings, above = ""): string[] {
  return Object.keys(saved).flatMap((name): string[] => {
    const [before, after] = [saved[name], now[name]];
    if (!(name in now))
      return above === "" || before === null ? [] : [`${above}${name} was ${shown(before)}, now there is none`];
    if (isObject(before) && isObject(after)) {
      const added = Object.keys(after).filter((key) => !(key in before) && after[key] !== null);
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
  if (value === null) return "not set";
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
