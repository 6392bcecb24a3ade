import { arrayOf, callable, number, object, text, trueOrFalse, wholeNumber, type RuleTable } from "@bertkit/checks";

export const httpFolderRules: RuleTable<"headers" | "signal" | "timeout" | "maxBytes"> = {
  headers: object("an object of headers"),
  signal: object("an AbortSignal", "aborted"),
  timeout: number({ above: 0 }),
  maxBytes: wholeNumber(),
};

export const hubFolderRules: RuleTable<
  "endpoint" | "cache" | "token" | "offline" | "etagTimeout" | "downloadTimeout" | "revision" | "onProgress" | "signal"
> = {
  endpoint: text,
  cache: text,
  token: text,
  offline: trueOrFalse,
  etagTimeout: number({ above: 0 }),
  downloadTimeout: number({ above: 0 }),
  revision: text,
  onProgress: callable,
  signal: object("an AbortSignal", "aborted"),
};

export const matchRules: RuleTable<"ignore" | "spellings"> = { ignore: arrayOf("names", text), spellings: callable };

export const importRules: RuleTable<keyof typeof matchRules | "strict" | "eager"> = {
  ...matchRules,
  strict: trueOrFalse,
  eager: trueOrFalse,
};
