import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

const besideRepository = fileURLToPath(new URL("../../../../shared/", import.meta.url));

/** The folder of real data, or undefined: then its tests are skipped. Set BERTKIT_DATA to its path. */
export const sharedData: string | undefined = existing(
  process.env["BERTKIT_DATA"] ?? resolve(besideRepository, "data"),
);

/** The folder of real weights, or undefined. Set BERTKIT_MODELS to its path. */
export const sharedModels: string | undefined = existing(
  process.env["BERTKIT_MODELS"] ?? resolve(besideRepository, "models"),
);

function existing(folder: string): string | undefined {
  return existsSync(folder) ? folder : undefined;
}
