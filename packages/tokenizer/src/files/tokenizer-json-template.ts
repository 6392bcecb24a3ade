import { bertTemplate } from "../post-processors/template.ts";
import type { PostProcessor, TemplatePart } from "../post-processors/template.ts";
import { describe, fileError, isObject, numberAt, objectAt, stringAt } from "./json-reader.ts";
import type { JsonObject } from "./json-reader.ts";

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
      "BERT's is TemplateProcessing or BertProcessing; use the files of a BERT checkpoint.",
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
  return pieces.flatMap((piece: unknown): TemplatePart[] => {
    const sequence = isObject(piece) ? objectAt(file, piece, "Sequence") : undefined;
    if (sequence)
      return [{ sequence: sequence["id"] === "B" ? 1 : 0, typeId: numberAt(file, sequence, "type_id") ?? 0 }];
    const put = isObject(piece) ? objectAt(file, piece, "SpecialToken") : undefined;
    const name = put && stringAt(file, put, "id");
    const found = name === undefined ? undefined : objectAt(file, special, name);
    const ids = found?.["ids"];
    if (!put || name === undefined || !Array.isArray(ids)) {
      throw fileError(
        file,
        `post_processor.${key} names ${JSON.stringify(name)}, which post_processor.special_tokens does not have`,
        "Add it there with its ids.",
      );
    }
    const tokens = Array.isArray(found?.["tokens"]) ? found["tokens"] : [];
    return ids.map((id: number, i) => ({
      token: String(tokens[i] ?? name),
      id,
      typeId: numberAt(file, put, "type_id") ?? 0,
    }));
  });
}

function tokenPair(section: JsonObject, key: string): { token: string; id: number } {
  const pair = section[key];
  if (!Array.isArray(pair) || typeof pair[0] !== "string" || typeof pair[1] !== "number")
    throw fileError(
      file,
      `post_processor.${key} must be [token, id], got ${describe(pair)}`,
      "Write the file again with the library that made it.",
    );
  return { token: pair[0], id: pair[1] };
}

/** The reverse of readPostProcessor. */
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
