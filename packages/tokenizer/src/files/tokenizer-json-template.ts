import { bertTemplate, type PostProcessor, type TemplatePart } from "../post-processors/template.ts";
import { countAt, describe, fileError, isObject, objectAt, quoted, stringAt, type JsonObject } from "./json-reader.ts";

const file = "tokenizer.json";
const sequencesOnly: PostProcessor = {
  single: [{ sequence: 0, typeId: 0 }],
  pair: [
    { sequence: 0, typeId: 0 },
    { sequence: 1, typeId: 1 },
  ],
};

/** The `post_processor` of a tokenizer.json: TemplateProcessing, BertProcessing, or none. */
export function readPostProcessor(root: JsonObject): PostProcessor {
  const section = objectAt(file, root, "post_processor");
  if (!section) return sequencesOnly;
  const type = stringAt(file, section, "type");
  if (type === "BertProcessing") return bertTemplate(tokenPair(section, "cls"), tokenPair(section, "sep"));
  if (type !== "TemplateProcessing")
    throw fileError(
      file,
      `post_processor is ${describe(section["type"])}`,
      "BERT has TemplateProcessing or BertProcessing; use the files of a BERT checkpoint.",
    );
  const special = objectAt(file, section, "special_tokens") ?? {};
  return { single: readTemplate(section, "single", special), pair: readTemplate(section, "pair", special) };
}

function readTemplate(section: JsonObject, key: "single" | "pair", special: JsonObject): TemplatePart[] {
  const pieces = section[key];
  if (!Array.isArray(pieces))
    throw fileError(
      file,
      `post_processor.${key} must be a list, got ${describe(pieces)}`,
      "Write the file again with the library that made it.",
    );
  const parts = pieces.flatMap((piece: unknown): TemplatePart[] => {
    const sequence = isObject(piece) ? objectAt(file, piece, "Sequence") : undefined;
    if (sequence) {
      const name = sequence["id"];
      if (name !== "A" && !(name === "B" && key === "pair"))
        throw fileError(
          file,
          `post_processor.${key} has the sequence ${describe(name)}`,
          key === "pair" ? "A pair has A and B." : "A single text has A.",
        );
      return [{ sequence: name === "B" ? 1 : 0, typeId: typeIdOf(sequence) }];
    }
    const put = isObject(piece) ? objectAt(file, piece, "SpecialToken") : undefined;
    const name = put && stringAt(file, put, "id");
    const found = name === undefined || !Object.hasOwn(special, name) ? undefined : objectAt(file, special, name);
    const ids = found?.["ids"];
    if (!put || name === undefined || !Array.isArray(ids)) {
      throw fileError(
        file,
        `post_processor.${key} names ${quoted(name)}, which is not in post_processor.special_tokens`,
        "Add it there with its ids.",
      );
    }
    const tokens = Array.isArray(found?.["tokens"]) ? found["tokens"] : [];
    return ids.slice(0, maxParts + 1).map((_, i) => ({
      token: typeof tokens[i] === "string" ? tokens[i] : name,
      id: idOf(ids, i, `post_processor.special_tokens[${quoted(name)}].ids`),
      typeId: typeIdOf(put),
    }));
  });
  checkParts(parts, key);
  return parts;
}

/** Every text gets all parts, so a huge template would multiply the cost of each. */
const maxParts = 64;

function checkParts(parts: readonly TemplatePart[], key: "single" | "pair"): void {
  if (parts.length > maxParts)
    throw fileError(
      file,
      `post_processor.${key} has more than ${maxParts} parts`,
      "BERT's has three, or five for a pair.",
    );
  const sequences = parts.flatMap((part) => ("sequence" in part ? [part.sequence] : []));
  if (new Set(sequences).size !== sequences.length)
    throw fileError(file, `post_processor.${key} has a sequence twice`, "List each sequence once.");
}

/** The type id of a part. Published BERTs have two types. */
function typeIdOf(part: JsonObject): number {
  return countAt(file, part, "type_id", { max: 0xffff }) ?? 0;
}

function idOf(list: readonly unknown[], place: number, where: string): number {
  const id = list[place];
  if (typeof id === "number" && Number.isInteger(id) && id >= 0 && id <= 0xffffff) return id;
  throw fileError(file, `${where} has ${describe(id)}`, "Ids are whole numbers from 0.");
}

function tokenPair(section: JsonObject, key: string): { token: string; id: number } {
  const pair = section[key];
  if (!Array.isArray(pair) || typeof pair[0] !== "string" || typeof pair[1] !== "number")
    throw fileError(
      file,
      `post_processor.${key} must be [token, id], got ${describe(pair)}`,
      "Write the file again with the library that made it.",
    );
  return { token: pair[0], id: idOf(pair, 1, `post_processor.${key}`) };
}

/** The inverse of readPostProcessor. */
export function writePostProcessor(processor: PostProcessor): object {
  const special: Record<string, object> = {};
  const write = (part: TemplatePart): object => {
    if ("sequence" in part) return { Sequence: { id: part.sequence === 0 ? "A" : "B", type_id: part.typeId } };
    special[part.token] = { id: part.token, ids: [part.id], tokens: [part.token] };
    return { SpecialToken: { id: part.token, type_id: part.typeId } };
  };
  return {
    type: "TemplateProcessing",
    single: processor.single.map(write),
    pair: processor.pair.map(write),
    special_tokens: special,
  };
}
