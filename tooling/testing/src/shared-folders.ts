import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

const besideRepository = fileURLToPath(new URL("../../../../shared/", import.meta.url));

/** The folder of real data, or undefined with no fault: its tests then skip. Set BERTKIT_DATA to point elsewhere. */
export const sharedData: string | undefined = existing(
  process.env["BERTKIT_DATA"] ?? resolve(besideRepository, "data"),
);

/** The folder of real weights, or undefined. Set BERTKIT_MODELS to point elsewhere. */
export const sharedModels: string | undefined = existing(
  process.env["BERTKIT_MODELS"] ?? resolve(besideRepository, "models"),
);

function existing(folder: string): string | undefined {
  return existsSync(folder) ? folder : undefined;
}
