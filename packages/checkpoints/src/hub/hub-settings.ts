import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { CheckpointError } from "../checkpoint-error.ts";
import { codeOf, isAbsence } from "../folders/file-error.ts";
import { cleanToken, defaultTimeout, type HubSettings } from "./hub-options.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The given settings, completed from the environment, with the variables and defaults of huggingface_hub's
 * constants.py. Throws a CheckpointError that names an invalid variable.
 */
export async function hubSettings(
  given: Partial<HubSettings>,
  environment: Environment,
): Promise<HubSettings & { tokenProblem: string | undefined }> {
  const path = (name: string): string | undefined => expanded(environment[name], environment);
  const home = path("HF_HOME") || join(path("XDG_CACHE_HOME") || join(homedir(), ".cache"), "huggingface");
  const isOn = (value: string | undefined): boolean => /^(1|true|yes|on)$/i.test(value ?? "");
  const offline = given.offline ?? isOn(environment["HF_HUB_OFFLINE"] || environment["TRANSFORMERS_OFFLINE"]);
  const implicit = given.token === undefined && !isOn(environment["HF_HUB_DISABLE_IMPLICIT_TOKEN"]);
  const ofEnvironment = implicit ? environment["HF_TOKEN"] || environment["HUGGING_FACE_HUB_TOKEN"] : undefined;
  const stored =
    implicit && !ofEnvironment && !offline ? await storedToken(path("HF_TOKEN_PATH") || join(home, "token")) : {};
  return {
    endpoint: given.endpoint ?? (environment["HF_ENDPOINT"] || "https://huggingface.co"),
    cache: given.cache ?? (path("HF_HUB_CACHE") || path("HUGGINGFACE_HUB_CACHE") || join(home, "hub")),
    token: cleanToken(given.token ?? (ofEnvironment || stored.token)),
    tokenProblem: stored.problem,
    offline,
    etagTimeout: given.etagTimeout ?? seconds("HF_HUB_ETAG_TIMEOUT", environment),
    downloadTimeout: given.downloadTimeout ?? seconds("HF_HUB_DOWNLOAD_TIMEOUT", environment),
  };
}

/** A path with `~` and variables replaced, as by Python's `expandvars(expanduser(path))`; unset ones stay. */
function expanded(path: string | undefined, environment: Environment): string | undefined {
  return path
    ?.replace(/^~(?=$|[/\\])/, () => homedir())
    .replaceAll(/\$(?:(\w+)|\{([^{}]*)\})/g, (whole, name: string | undefined, braced: string | undefined) => {
      return environment[(name ?? braced)!] ?? whole;
    });
}

/** The stored token. An unreadable one is an error only if the hub requires it: most models are public. */
async function storedToken(file: string): Promise<{ token?: string; problem?: string }> {
  try {
    return { token: await readFile(file, "utf8") };
  } catch (error) {
    return isAbsence(error) ? {} : { problem: `The stored token ${file} cannot be read (${codeOf(error)}).` };
  }
}

function seconds(name: string, environment: Environment): number {
  const text = environment[name] || String(defaultTimeout);
  const value = Number(text);
  if (value >= 0 && value <= 86_400) return value || defaultTimeout; // 0 means the default, as in huggingface_hub
  throw new CheckpointError(
    "FOLDER",
    `hub: ${name} must be a number of seconds, got ${JSON.stringify(text.slice(0, 80))}.`,
  );
}
