import { shown } from "@bertkit/checks";
import { parseJson } from "./folders/parse-json.ts";

/** A JSON value as texts of a file's metadata. */
export interface JsonTexts {
  /** The value in JSON, with null or 0 for the numbers that JSON does not have. */
  readonly json: string;
  /** These numbers: a list of their paths and names, such as `[[["loss",0],"NaN"]]`. Absent if there are none. */
  readonly numbers?: string;
}

type Path = readonly (string | number)[];

/** Nested more, it would not be read back. */
const deepest = 64;

/**
 * The texts of a JSON value, in which numbers may also be NaN, infinite and -0. Fields that are undefined are left out.
 *
 * @throws TypeError that names the place of any other value, such as a function, a Map or a typed array, or of one that
 *   is nested deeper than 64
 */
export function jsonTexts(where: string, value: unknown): JsonTexts {
  const numbers: [Path, string][] = [];
  visit(value, []);
  return { json: JSON.stringify(value), ...(numbers.length > 0 && { numbers: JSON.stringify(numbers) }) };

  function visit(part: unknown, path: Path): void {
    if (typeof part === "number") {
      if (!Number.isFinite(part)) numbers.push([path, String(part)]);
      else if (Object.is(part, -0)) numbers.push([path, "-0"]);
    } else if (typeof part === "object" && part !== null) {
      if (path.length >= deepest) reject("nested at most 64 deep", part, path);
      if (Array.isArray(part)) for (let i = 0; i < part.length; i++) visit(part[i], [...path, i]);
      else if (isPlain(part)) {
        for (const [key, field] of Object.entries(part)) if (field !== undefined) visit(field, [...path, key]);
      } else reject("a JSON value", part, path);
    } else if (part !== null && typeof part !== "string" && typeof part !== "boolean")
      reject("a JSON value", part, path);
  }

  function reject(is: string, part: unknown, path: Path): never {
    const place = path.map((key) => (typeof key === "number" ? `[${key}]` : `.${key.slice(0, 60)}`)).join("");
    throw new TypeError(
      `${where}: json${place.slice(0, 500)} must be ${is}, got ${shown(part)}. Convert it to texts, numbers, lists and plain objects.`,
    );
  }
}

/** The value of the texts of `jsonTexts`. Throws an error if they are from elsewhere. */
export function jsonValue({ json, numbers }: { readonly json?: string; readonly numbers?: string }): unknown {
  const whole = { value: parseJson(json ?? "") };
  for (const [path, name] of parseJson(numbers ?? "[]") as [Path, string][]) {
    let [owner, last]: [object, string | number] = [whole, "value"];
    for (const key of path) [owner, last] = [own(owner, last) as object, key];
    own(owner, last);
    (owner as Record<string | number, unknown>)[last] = Number(name);
  }
  return whole.value;
}

function own(owner: object, key: string | number): unknown {
  if (typeof owner !== "object" || !Object.hasOwn(owner, key)) throw new TypeError("a number has no place");
  return (owner as Record<string | number, unknown>)[key];
}

/** Whether an object is `{}`, of any realm, and not converted by JSON.stringify. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  const isRoot = prototype === null || Object.getPrototypeOf(prototype) === null;
  return isRoot && typeof (value as { toJSON?: unknown }).toJSON !== "function";
}
