export { tokenizerFromJson } from "./read-tokenizer-json.ts";
export type { TokenizerJsonOverrides } from "./read-tokenizer-json.ts";
export { tokenizerToJson } from "./write-tokenizer-json.ts";
export { specialTokensMapToJson, tokenizerConfigToJson } from "./tokenizer-config.ts";
export { tokenizerFromFiles } from "./tokenizer-from-files.ts";
export type { TokenizerFiles } from "./tokenizer-from-files.ts";
export { serializeVocabulary } from "./serialize-vocabulary.ts";
