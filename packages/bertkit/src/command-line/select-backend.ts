import { type BackendName, useBackend } from "@bertkit/backend";
import { escapeControls } from "@bertkit/nn";
import type { Terminal } from "./terminal.ts";

/** Selects a backend for a command. Says on stderr if "auto" finds none that is faster than plain JavaScript, and why. */
export async function selectBackend(name: BackendName | "auto", stderr: Terminal["stderr"]): Promise<void> {
  const chosen = await useBackend(name);
  if (name !== "auto" || chosen.name !== "cpu") return;
  const why = chosen.unavailable.node ?? chosen.reason;
  stderr.write(
    escapeControls(`bertkit: there is no fast backend here, so this runs in plain JavaScript, slowly. ${why}`) + "\n",
  );
}
