import { checkJsonDepth, standIn } from "@bertkit/checks";
import { TokenizerError } from "../tokenizer-error.ts";

export type JsonObject = { readonly [key: string]: unknown };

/** Shorter files are not checked for nesting: they cannot cost much. */
const harmless = 1 << 20;

/** Parses a JSON file, with memory of up to 45 times its length; errors name the file. An object is returned as is. */
export function parseJsonFile(file: string, source: string | object = {}): JsonObject {
  let value: unknown = source;
  if (typeof source === "string") {
    try {
      if (source.length > harmless) checkJsonDepth(source);
      value = JSON.parse(source.charCodeAt(0) === 0xfeff ? source.slice(1) : source);
    } catch (error) {
      const instead = standIn(source);
      if (instead !== undefined) throw new TokenizerError("file", `${file} ${instead}.`);
      throw fileError(
        file,
        `is not JSON: ${whereJsonEnds(source, error instanceof Error ? error.message : String(error))}`,
        "The file may be truncated; download it again.",
      );
    }
  }
  if (!isObject(value))
    throw fileError(file, `must be an object, got ${describe(value)}`, "Check that this is the right file.");
  return value;
}

/** The message of JSON.parse, with the line. Runtimes give "position N", or nothing if the text ends early. */
function whereJsonEnds(source: string, message: string): string {
  const position = /position (\d+)/.exec(message);
  const before = position ? source.slice(0, Number(position[1])) : source;
  return `${message.replace(/ \(line \d+ column \d+\)$/, "")} (line ${before.split("\n").length})`;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function fileError(file: string, what: string, fix: string): TokenizerError {
  return new TokenizerError("file", `${file}: ${what}. ${fix}`);
}

/** The object at a key; null and absent give undefined. */
export function objectAt(file: string, parent: JsonObject, key: string): JsonObject | undefined {
  const value = parent[key];
  if (value === undefined || value === null) return undefined;
  if (!isObject(value))
    throw fileError(
      file,
      `${key} must be an object, got ${describe(value)}`,
      "Write the file again with the library that made it.",
    );
  return value;
}

export function stringAt(file: string, parent: JsonObject, key: string): string | undefined {
  return typed(file, parent, key, "string") as string | undefined;
}

export function booleanAt(file: string, parent: JsonObject, key: string): boolean | undefined {
  return typed(file, parent, key, "boolean") as boolean | undefined;
}

function typed(file: string, parent: JsonObject, key: string, type: string): unknown {
  const value = parent[key];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== type)
    throw fileError(file, `${key} must be a ${type}, got ${describe(value)}`, "Correct it, or remove the key.");
  return value;
}

/** A whole number from `min` to `max`. */
export function countAt(
  file: string,
  parent: JsonObject,
  key: string,
  { min = 0, max }: { min?: number; max: number },
): number | undefined {
  const value = typed(file, parent, key, "number") as number | undefined;
  if (value === undefined || (Number.isInteger(value) && value >= min && value <= max)) return value;
  throw fileError(
    file,
    `${key} must be a whole number from ${min} to ${max}, got ${describe(value)}`,
    "Correct it, or write the file again with the library that made it.",
  );
}

export function describe(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "an object" : (quoted(value) ?? typeof value);
}

/** A value of a file for a message: quoted, and truncated if long. */
export function quoted(value: unknown): string | undefined {
  if (typeof value === "bigint") return String(value);
  return JSON.stringify(typeof value === "string" && value.length > 100 ? `${value.slice(0, 100)}…` : value);
}
