import { DatasetError, type FilePlace } from "../dataset-error.ts";
import { described, type JsonObject } from "./json-value.ts";

/** A record of named values, from JSON, Parquet or a table, and its position in the file. */
export class RecordRow {
  readonly values: Readonly<JsonObject>;
  readonly place: FilePlace;
  readonly #where: string;

  constructor(where: string, values: Readonly<JsonObject>, place: FilePlace) {
    this.#where = where;
    this.values = values;
    this.place = place;
  }

  has(name: string): boolean {
    return this.values[name] !== undefined && this.values[name] !== null;
  }

  /** A value as text. */
  text(name: string): string {
    const value = this.values[name];
    if (typeof value === "string") return value;
    throw this.error(name, `expected text, got ${described(value)}. ${this.#fix()}`);
  }

  /** A value as a finite number; it may be decimal text. */
  number(name: string): number {
    const value = this.values[name];
    const number =
      typeof value === "bigint" ||
      (typeof value === "string" && /^\s*[+-]?\d+(?:\.\d*)?(?:e[+-]?\d+)?\s*$/i.test(value))
        ? Number(value)
        : value;
    if (typeof number === "number" && Number.isFinite(number)) return number;
    throw this.error(name, `expected a number, got ${described(value)}. ${this.#fix()}`);
  }

  /** A value as a list of texts. */
  texts(name: string): string[] {
    const value = this.values[name];
    if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value;
    throw this.error(name, `expected a list of texts, got ${described(value)}. ${this.#fix()}`);
  }

  /** A value as text: text, a number, or undefined. */
  id(...names: readonly string[]): string | undefined {
    const value = names.map((name) => this.values[name]).find((value) => value !== undefined && value !== null);
    return ["string", "number", "bigint"].includes(typeof value) ? String(value) : undefined;
  }

  /** The index of a label, given by name or index; undefined if missing or −1, as in test files. */
  label(name: string, labels: readonly string[]): number | undefined {
    const value = this.values[name];
    if (value === undefined || value === null || value === "" || (isNumber(value) && Number(value) === -1))
      return undefined;
    const named = typeof value === "object" ? -1 : labels.indexOf(String(value));
    const number = named >= 0 ? named : isNumber(value) ? Number(value) : Number.NaN;
    if (Number.isInteger(number) && number >= 0 && number < labels.length) return number;
    throw this.error(
      name,
      `expected one of ${labels.join(", ")}, or its number from 0, got ${described(value)}. ${this.#fix()}`,
    );
  }

  /** An error with this record's position. */
  error(name: string | undefined, message: string): DatasetError {
    return new DatasetError(this.#where, message, { ...this.place, column: name });
  }

  #fix(): string {
    return "Correct the row, or skip such rows with onBadRow.";
  }
}

/** Not white space or an empty list, which `Number` takes for 0. */
function isNumber(value: unknown): boolean {
  return typeof value === "number" || typeof value === "bigint" || (typeof value === "string" && /\d/.test(value));
}
