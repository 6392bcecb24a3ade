// The page: a backend, and a panel for each task.
import { useBackend, type BackendName } from "@bertkit/backend";

import { BackendChoice } from "./backend-choice.ts";
import { classificationTask } from "./classification-task.ts";
import { consoleHook } from "./console-hook.ts";
import { fillMaskTask } from "./fill-mask-task.ts";
import { Panel } from "./panel.ts";
import { Queue } from "./queue.ts";
import { wasmPaths } from "./wasm-paths.ts";

const status = document.querySelector("#status")!;
const announce = (text: string): void => void (status.textContent = text);

const queue = new Queue();
const panels = [fillMaskTask, classificationTask].map((task) => new Panel(task, queue, announce));
let running: BackendName | undefined;
let wanted: BackendName | "auto";

const choice = new BackendChoice((name) => choose(name));
document.querySelector("#backends")!.append(choice.node);
document.querySelector("#panels")!.append(...panels.map(({ node }) => node));
window.playground = consoleHook(panels, queue);
choose("auto");

/** Only the last of several choices in a row counts, as when the arrow keys pass over some. */
function choose(name: BackendName | "auto"): void {
  wanted = name;
  void queue.run(async () => {
    if (wanted === name) await start(name);
  });
}

/** Moves the models to a backend; where it cannot run, says why and goes back to the one before. */
async function start(name: BackendName | "auto"): Promise<void> {
  announce(name === "auto" ? "Looking for the fastest backend …" : `Starting ${choice.title(name)} …`);
  // Tensors of one backend are of no use to the next: the models are loaded again.
  for (const panel of panels) panel.unload();
  let problem = "";
  try {
    const { name: started, unavailable } = await useBackend(name, { wasmPaths: { ...wasmPaths } });
    choice.showUnavailable(unavailable);
    choice.clearUnavailable(started);
    running = started;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (name === "auto" || running === undefined) return announce(reason);
    choice.showUnavailable({ [name]: reason });
    problem = `${choice.title(name)} cannot run here, as its note says. `;
    await useBackend(running);
  }
  choice.showRunning(running);
  for (const panel of panels) await panel.load();
  announce(`${problem}Running on ${choice.title(running)}.`);
}
