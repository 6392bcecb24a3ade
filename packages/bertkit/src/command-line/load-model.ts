import { useBackend } from "@bertkit/backend";
import { fromPretrained } from "../model/from-pretrained.ts";
import type { Pretrained } from "../model/pretrained.ts";
import type { CommandOptions } from "./command-options.ts";
import { UsageError } from "./usage-error.ts";

/** Loads the folder of --model on the backend of --backend. */
export async function loadModel({ model, backend, command }: CommandOptions): Promise<Pretrained> {
  if (model === undefined) throw new UsageError(`${command} needs --model FOLDER`);
  await useBackend(backend);
  return fromPretrained(model);
}
