import { callable, listOf, number, object, text, trueOrFalse, wholeNumber, type Rules } from "@bertkit/checks";
import type { HttpFolderOptions } from "./folders/http-folder.ts";
import type { HubFolderOptions } from "./hub/hub-options.ts";
import type { ImportOptions } from "./import-variables.ts";
import type { MatchOptions } from "./match-targets.ts";

export const httpFolderRules: Rules<HttpFolderOptions> = {
  headers: object("an object of headers"),
  signal: object("an AbortSignal"),
  timeout: number({ above: 0 }),
  maxBytes: wholeNumber(),
};

export const hubFolderRules: Rules<HubFolderOptions> = {
  endpoint: text,
  cache: text,
  token: text,
  offline: trueOrFalse,
  etagTimeout: number({ above: 0 }),
  downloadTimeout: number({ above: 0 }),
  revision: text,
  onProgress: callable,
  signal: object("an AbortSignal"),
};

export const matchRules: Rules<MatchOptions> = { ignore: listOf("names"), spellings: callable };

export const importRules: Rules<ImportOptions> = { ...matchRules, strict: trueOrFalse, eager: trueOrFalse };
