import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

/** Where the hub is and where its files are kept; everything has a default in Hugging Face's environment variables. */
export interface HubSettings {
  /** `HF_ENDPOINT`, else https://huggingface.co; a mirror's address */
  endpoint: string;
  /** `HF_HUB_CACHE`, else `HF_HOME`/hub, else ~/.cache/huggingface/hub */
  cache: string;
  /** `HF_TOKEN`, else the token that `huggingface-cli login` stored */
  token: string | undefined;
  /** `HF_HUB_OFFLINE` is 1, true, yes or on: nothing is fetched */
  offline: boolean;
}

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
