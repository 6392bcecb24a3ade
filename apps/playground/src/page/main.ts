import { messageOf } from "@bertkit/checks";
// The page: a backend, and a panel for each task.
import { useBackend, type BackendName } from "@bertkit/backend";

import { BackendChoice } from "./backend-choice.ts";
import { classificationTask } from "./classification-task.ts";
import { CompileNote } from "./compile-note.ts";
import { consoleHook } from "./console-hook.ts";
import { fillMaskTask } from "./fill-mask-task.ts";
import { Panel } from "./panel.ts";
import { Queue } from "./queue.ts";
import { TrainPanel } from "./train/train-panel.ts";

const compileNote = new CompileNote("compiling");
const engine = { enginePath: "./ort/", onCompile: compileNote.show };
const status = document.querySelector("#status")!;
const announce = (text: string): void => void (status.textContent = text);

const queue = new Queue();
const panels = [fillMaskTask, classificationTask].map((task) => new Panel(task, queue, announce));
let running: BackendName | undefined;
let wanted: BackendName | "auto";

const choice = new BackendChoice((name) => choose(name));
document.querySelector("#backends")!.append(choice.node, compileNote.node);
document.querySelector("#panels")!.append(...panels.map(({ node }) => node), new TrainPanel().node);
window.playground = consoleHook(panels, queue);
choose("auto");

/** Of several selections in quick succession, as with the arrow keys, only the last counts. */
function choose(name: BackendName | "auto"): void {
  wanted = name;
  void queue.run(async () => {
    if (wanted === name) await start(name);
  });
}

/** Starts a backend and loads the models on it. If it cannot run, says why and falls back to the previous one. */
async function start(name: BackendName | "auto"): Promise<void> {
  announce(name === "auto" ? "Looking for the fastest backend …" : `Starting ${choice.title(name)} …`);
  compileNote.clear();
  // Tensors belong to their backend, so the models are loaded again.
  for (const panel of panels) panel.unload();
  let problem = "";
  try {
    const { name: started, unavailable } = await useBackend(name, engine);
    choice.showUnavailable(unavailable);
    choice.clearUnavailable(started);
    running = started;
  } catch (error) {
    const reason = messageOf(error);
    if (name === "auto" || running === undefined) return announce(reason);
    choice.showUnavailable({ [name]: reason });
    problem = `${choice.title(name)} cannot run here, as its note says. `;
    await useBackend(running, engine);
  }
  choice.showRunning(running);
  for (const panel of panels) await panel.load();
  announce(`${problem}Running on ${choice.title(running)}.`);
}
