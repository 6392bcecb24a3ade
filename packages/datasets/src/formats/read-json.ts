import type { Dataset } from "../dataset/dataset.ts";
import { readerDataset } from "../dataset/reader-dataset.ts";
import { jsonRules } from "../option-rules.ts";
import { DatasetError } from "../dataset-error.ts";
import type { Source, SourceOptions } from "../sources/source.ts";
import type { BadRowOptions } from "../tables/table-options.ts";
import { textOf } from "../text/read-text.ts";
import { asObject, type JsonObject, parseJson } from "./json-value.ts";

export interface JsonOptions extends SourceOptions, BadRowOptions {
  /** Path of the list in the file's object: "data", or "data.train". Only needed if the object has several lists. */
  readonly field?: string;
}

/**
 * The objects of a JSON file: the items of a list, or of the list in an object. The whole file is in memory; for many
 * rows use JSON Lines, which is streamed.
 */
export function readJson<Item extends JsonObject = JsonObject>(
  source: Source,
  options: JsonOptions = {},
): Dataset<Item> {
  return readerDataset("readJson", source, options, jsonRules, async function* (options) {
    const { file, field, onBadRow } = options;
    let text = "";
    for await (const piece of textOf(source, options)) text += piece;
    for (const [i, value] of listIn(parseJson("readJson", text, { file }), field, file).entries()) {
      let item: Item;
      try {
        item = asObject(`readJson: item ${i}`, value, { file }) as Item;
      } catch (error) {
        if (onBadRow === undefined || !DatasetError.isInstance(error)) throw error;
        onBadRow(error);
        continue;
      }
      yield item;
    }
  });
}

function listIn(value: unknown, field: string | undefined, file: string | undefined): unknown[] {
  const errorOf = (message: string): DatasetError => new DatasetError("readJson", message, { file });
  let found = value;
  for (const name of field?.split(".") ?? []) {
    const holder =
      typeof found === "object" && found !== null && Object.hasOwn(found, name) ? (found as JsonObject) : undefined;
    if (holder === undefined)
      throw errorOf(`there is no ${JSON.stringify(field!.slice(0, 100))}. Set field to the path of the list.`);
    found = holder[name];
  }
  if (Array.isArray(found)) return found;
  const lists = Object.entries(typeof found === "object" && found !== null && field === undefined ? found : {}).filter(
    ([, item]) => Array.isArray(item),
  );
  if (lists.length === 1) return lists[0]![1] as unknown[];
  throw errorOf(
    lists.length === 0
      ? "there is no list of objects. Set field to its path; for one object per line use readJsonl."
      : `the object has several lists: ${lists
          .slice(0, 20)
          .map(([name]) => name.slice(0, 60))
          .join(", ")}. Set field to one of them.`,
  );
}
