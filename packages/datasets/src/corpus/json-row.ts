import { checkJsonDepth } from "@bertkit/checks";
import { DatasetError } from "../dataset-error.ts";
import { described, type JsonObject } from "../formats/json-value.ts";
import type { Line } from "./line-batches.ts";

/**
 * The object of a line of JSON Lines.
 *
 * @param encoding undefined for UTF-8, in which a line's start is its position in the file
 * @throws DatasetError if the line is not an object
 */
export function jsonRow({ text, start }: Line, file: string, encoding: string | undefined): JsonObject {
  const isList = start === 0 && /^\s*\[/.test(text);
  const errorOf = (what: string, cure: string): DatasetError =>
    new DatasetError(
      "readCorpus",
      isList
        ? `a JSON list, and readCorpus reads JSON Lines, one object per line. Convert it, jq -c ".[]" list.json > rows.jsonl, or read it with readJson.`
        : `${encoding === undefined ? `the line at byte ${start}` : "a line"} is ${what}. ${cure}`,
      { file },
    );
  let value: unknown;
  try {
    checkJsonDepth(text);
    value = JSON.parse(text);
  } catch (error) {
    throw errorOf(
      `not JSON: ${(error as Error).message}`,
      "Correct it, and write each object on one line; the file may be truncated.",
    );
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw errorOf(`not an object, but ${described(value)}`, "Correct it, or remove it.");
}
