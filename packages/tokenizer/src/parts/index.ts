export { DecodeStream } from "../decoders/decode-stream.ts";
export { IdentityNormalizer } from "../normalizers/identity-normalizer.ts";
export { WhitespacePreTokenizer } from "../pre-tokenizers/whitespace-pre-tokenizer.ts";
