import { checkOptions, checkText } from "@bertkit/checks";
import { environment } from "#files";
import { Dataset } from "../dataset/dataset.ts";
import { DatasetError } from "../dataset-error.ts";
import type { JsonObject } from "../formats/json-value.ts";
import { openParquet, parquetRows } from "../formats/read-parquet.ts";
import { hubDatasetRules } from "../option-rules.ts";
import { nameOf } from "../sources/source.ts";
import { fetchData, type WebOptions, webRandomAccess } from "../sources/web-bytes.ts";

export interface HubDatasetOptions {
  /** The config of a dataset with several, such as "sst2" of "nyu-mll/glue". Only needed then. */
  readonly config?: string;
  /** Default "train". */
  readonly split?: string;
  /** The columns to read; the others' bytes are not fetched. Default all. */
  readonly columns?: readonly string[];
  /** Default HF_ENDPOINT, or "https://huggingface.co". */
  readonly endpoint?: string;
  /**
   * For private or gated datasets. Default HF_TOKEN (or the older HUGGING_FACE_HUB_TOKEN), or none if
   * HF_HUB_DISABLE_IMPLICIT_TOKEN is 1, true, yes or on. Only sent to the hub.
   */
  readonly token?: string;
}

const where = "hubDataset";

/**
 * A dataset on the Hugging Face hub, by name, from the Parquet files that the hub has for each: row groups are fetched
 * by byte range when needed, so the first rows of a large dataset arrive quickly.
 */
export async function hubDataset<Item extends JsonObject = JsonObject>(
  name: string,
  options: HubDatasetOptions = {},
): Promise<Dataset<Item>> {
  checkText(where, "name", name, 'Pass "owner/name".');
  checkOptions(where, options, hubDatasetRules);
  const { split = "train", columns } = options;
  if (!/^[\w.-]+(?:\/[\w.-]+)?$/.test(name) || name.includes(".."))
    throw new DatasetError(where, `${JSON.stringify(name.slice(0, 100))} is not a dataset name. Pass "owner/name".`);
  const endpoint = (options.endpoint ?? environment("HF_ENDPOINT") ?? "https://huggingface.co").replace(
    /(?<!\/)\/+$/,
    "",
  );
  const token = options.token ?? implicitToken();
  const web: WebOptions = token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } };
  const listing = new URL(`${endpoint}/api/datasets/${name}/parquet`);
  const { config, files } = choose(
    await (await fetchData(listing, web)).json().catch(() => undefined),
    options.config,
    split,
    name,
  );
  const urls = files.map((file) => hubAddress(file, endpoint));
  const rowsOf = new Map<string, number>();
  return new Dataset<Item>({
    name: `${name}, ${config}, ${split}`,
    size: undefined,
    open: async function* ({ skip }) {
      let left = skip;
      for (const url of urls) {
        const known = rowsOf.get(url.href);
        if (known !== undefined && known <= left) {
          left -= known;
          continue;
        }
        const access = await webRandomAccess(url, url.origin === new URL(endpoint).origin ? web : {});
        const file = nameOf(url);
        const rows = known ?? (await openParquet(access, file)).rows;
        rowsOf.set(url.href, rows);
        if (rows > left)
          yield* parquetRows<Item>(access, { ...(file !== undefined && { file }), ...(columns && { columns }) }, left);
        left = Math.max(0, left - rows);
      }
    },
  });
}

function implicitToken(): string | undefined {
  if (/^(1|true|yes|on)$/i.test(environment("HF_HUB_DISABLE_IMPLICIT_TOKEN") ?? "")) return undefined;
  return environment("HF_TOKEN") ?? environment("HUGGING_FACE_HUB_TOKEN");
}

/** The files of a config's split, from the hub's list { config: { split: [url] } }. */
function choose(
  listing: unknown,
  asked: string | undefined,
  split: string,
  name: string,
): { config: string; files: string[] } {
  const configs = (typeof listing === "object" && listing !== null ? listing : {}) as Record<
    string,
    Record<string, unknown>
  >;
  const names = Object.keys(configs);
  const some = (all: readonly string[]): string =>
    `${all
      .slice(0, 20)
      .map((item) => item.slice(0, 60))
      .join(", ")}${all.length > 20 ? ", …" : ""}`;
  const config = asked ?? (names.length === 1 ? names[0]! : "default");
  if (!Object.hasOwn(configs, config))
    throw new DatasetError(
      where,
      names.length === 0
        ? `the hub has no Parquet files of ${name}. Download its files, and read those.`
        : `${name} has several configs: ${some(names)}. Set config to one of these${asked === undefined ? "" : `, not ${JSON.stringify(asked.slice(0, 60))}`}.`,
    );
  const files = Object.hasOwn(configs[config]!, split) ? configs[config]![split] : undefined;
  if (Array.isArray(files) && files.length > 0 && files.every((file) => typeof file === "string"))
    return { config, files };
  throw new DatasetError(
    where,
    `${name} (${config}) has no split ${JSON.stringify(split.slice(0, 60))}; it has ${some(Object.keys(configs[config]!))}. Set split to one of these.`,
  );
}

/** A file of the list, whose URL has the hub's own host, at the given endpoint, which may have a path. */
function hubAddress(file: string, endpoint: string): URL {
  const url = new URL(file, endpoint);
  return url.hostname === "huggingface.co" ? new URL(endpoint + url.pathname + url.search) : url;
}
