import { checkObject } from "@bertkit/checks";
import type { TensorDescription } from "@bertkit/checkpoints";
import type { Activation } from "@bertkit/encoder";
import { configError } from "../config/config-error.ts";
import { activationField } from "../config/hugging-face-config.ts";
import { numberField, shown } from "../config/json-fields.ts";

/** The fields of a config.json, checked as they are read: every error names its field. */
export class ConfigFields {
  readonly json: Readonly<Record<string, unknown>>;
  readonly #entries: ReadonlyMap<string, TensorDescription>;
  readonly #largest: number;

  constructor(json: Readonly<Record<string, unknown>>, entries: ReadonlyMap<string, TensorDescription>) {
    checkObject("ConfigFields", "json", json, "the parsed config.json");
    checkObject("ConfigFields", "entries", entries, "the entries of openWeights", "values", "size");
    this.json = json;
    this.#entries = entries;
    let largest = entries.size;
    for (const { shape } of entries.values()) for (const length of shape) largest = Math.max(largest, length);
    this.#largest = largest;
  }

  /**
   * A size or a number of layers: a whole number of at least 1, limited by the longest axis and the number of the
   * weights, so that a config cannot allocate more than the weights have.
   */
  count(field: string, byDefault?: number): number {
    const value = numberField(this.json, field, byDefault);
    if (Number.isInteger(value) && value >= 1 && value <= this.#largest) return value;
    throw configError(
      `config.json: "${field}" must be a whole number from 1 to ${this.#largest}, the largest size in the weights, got ${value}.`,
    );
  }

  number(field: string, byDefault?: number): number {
    return numberField(this.json, field, byDefault);
  }

  flag(field: string, byDefault: boolean): boolean {
    const value = this.json[field] ?? byDefault;
    if (typeof value === "boolean") return value;
    throw configError(`config.json: "${field}" must be true or false, got ${shown(value)}.`);
  }

  activation(field: string, byDefault: string): Activation {
    return activationField(this.json, field, byDefault);
  }

  /** `pad_token_id`; undefined if it is null. */
  paddingId(byDefault: number): number | undefined {
    return this.json["pad_token_id"] === null ? undefined : numberField(this.json, "pad_token_id", byDefault);
  }

  /** Whether the weights have a tensor with this name, with any prefix. */
  has(name: string): boolean {
    return [...this.#entries.keys()].some((key) => key === name || key.endsWith(`.${name}`));
  }
}
