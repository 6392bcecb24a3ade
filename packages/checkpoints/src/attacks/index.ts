// Malicious weight files. Each is small, and once took seconds or gigabytes, or crashed the process.
import type { Attack } from "@bertkit/testing/attacks";
import { folderAttacks } from "./folders.ts";
import { pytorchAttacks } from "./pytorch.ts";
import { safetensorsAttacks } from "./safetensors.ts";
import { tensorflowAttacks } from "./tensorflow.ts";

export const attacks: readonly Attack[] = [
  ...safetensorsAttacks,
  ...pytorchAttacks,
  ...tensorflowAttacks,
  ...folderAttacks,
];
