import { checkJsonDepth } from "@bertkit/checks";
import { DatasetError, type FilePlace } from "../dataset-error.ts";

/** A JSON object. */
export type JsonObject = Record<string, unknown>;

/** Parses JSON. @throws DatasetError on invalid JSON, or nesting deeper than 64 */
export function parseJson(where: string, text: string, place: FilePlace): unknown {
  try {
    checkJsonDepth(text);
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new DatasetError(
      where,
      `not JSON: ${(error as Error).message}. Correct it; the file may be truncated.`,
      place,
    );
  }
}

/** @throws DatasetError if a value is not an object */
export function asObject(
  where: string,
  value: unknown,
  place: FilePlace,
  cure = "Correct it, or skip such rows with onBadRow.",
): JsonObject {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw new DatasetError(where, `expected an object, got ${described(value)}. ${cure}`, place);
}

/** Describes a value for a message. */
export function described(value: unknown): string {
  if (value === undefined) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "an object";
  const text = String(value);
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
