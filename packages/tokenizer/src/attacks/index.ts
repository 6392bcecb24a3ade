// Malicious tokenizer files and texts. Each once took seconds, or hung.
import type { Attack } from "@bertkit/testing/attacks";
import { textAttacks } from "./texts.ts";
import { tokenizerJsonAttacks } from "./tokenizer-json.ts";
import { vocabularyAttacks } from "./vocabulary.ts";

export const attacks: readonly Attack[] = [...tokenizerJsonAttacks, ...vocabularyAttacks, ...textAttacks];
