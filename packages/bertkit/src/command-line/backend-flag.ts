import { type BackendName, backendNames } from "@bertkit/backend";
import { choice, type Flags } from "./flags.ts";

/** The backend that --backend names. */
export function backendOf(flags: Flags): BackendName | "auto" {
  return choice(flags, "backend", ["auto", ...backendNames]) ?? "auto";
}
