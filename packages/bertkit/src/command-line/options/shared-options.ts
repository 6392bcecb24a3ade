import { type BackendName, backendNames } from "@bertkit/backend";
import { encodingLabel } from "@bertkit/checks";
import type { CorpusLayout } from "@bertkit/datasets";
import { choiceOption, flag, type Option, textOption } from "./option.ts";

/** Options that several commands have. */
export const modelOption: Option<string> = textOption(
  "FOLDER",
  "the model: a path, an http address, or a name on the Hugging Face hub",
);
export const backendOption: Option<BackendName | "auto"> = choiceOption(
  ["auto", ...backendNames],
  `auto (default), ${backendNames.slice(0, -1).join(", ")} or ${backendNames.at(-1)}`,
);
export const linesAsJson: Option<boolean> = flag("one JSON object per line");
export const layoutOption: Option<CorpusLayout> = choiceOption(
  ["sentences", "lines", "prose"],
  "layout of plain text. sentences: one per line, a blank line between documents (default); lines: one document per line; prose: each file is a document, split into sentences",
);
export const encodingOption: Option<string> = {
  ...textOption("NAME", "encoding of text that is not UTF-8, such as windows-1252, latin1 or utf-16le (default utf-8)"),
  rule: encodingLabel,
};
