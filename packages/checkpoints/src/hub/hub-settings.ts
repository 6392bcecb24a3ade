import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import type { HubSettings } from "./hub-options.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** The settings of an environment, those given first. */
export async function hubSettings(given: Partial<HubSettings>, environment: Environment): Promise<HubSettings> {
  const home =
    environment["HF_HOME"] || join(environment["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "huggingface");
  const endpoint = given.endpoint ?? (environment["HF_ENDPOINT"] || "https://huggingface.co");
  return {
    endpoint: endpoint.replace(/\/+$/, ""),
    cache: given.cache ?? (environment["HF_HUB_CACHE"] || join(home, "hub")),
    token: given.token ?? (environment["HF_TOKEN"] || (await storedToken(join(home, "token")))),
    offline: given.offline ?? /^(1|true|yes|on)$/i.test(environment["HF_HUB_OFFLINE"] ?? ""),
  };
}

async function storedToken(file: string): Promise<string | undefined> {
  const text = await readFile(file, "utf8").catch(() => "");
  return text.trim() || undefined;
}
