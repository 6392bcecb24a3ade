import { configError } from "./config-error.ts";

type Fields = Readonly<Record<string, unknown>>;

/** A number of config.json, or the default if it is missing. Throws an error that names the field. */
export function numberField(json: Fields, field: string, byDefault?: number): number {
  const value = json[field] ?? byDefault;
  if (typeof value !== "number" || !Number.isFinite(value))
    throw configError(
      `config.json: "${field}" must be a number, got ${value === undefined ? "nothing" : shown(value)}.`,
    );
  return value;
}

/** A list of strings of config.json; empty if it is missing. */
export function textListField(json: Fields, field: string): string[] {
  const value = json[field] ?? [];
  if (!Array.isArray(value) || !value.every((item) => typeof item === "string"))
    throw configError(`config.json: "${field}" must be a list of strings, got ${shown(value)}.`);
  return value;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const longestShown = 100;

/**
 * A value of config.json for a message: strings truncated; lists and objects, which may be deeply nested, by their
 * kind.
 */
export function shown(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (isObject(value)) return "an object";
  if (typeof value === "string" && value.length > longestShown)
    return JSON.stringify(`${value.slice(0, longestShown)}…`);
  return JSON.stringify(value) ?? "nothing";
}
