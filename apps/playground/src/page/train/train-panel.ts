import { answerList } from "../answer-list.ts";
import { CompileNote } from "../compile-note.ts";
import { element } from "../element.ts";
import type { News, Order, TrainingBackend } from "./messages.ts";
import { readExamples } from "./read-examples.ts";
import { savedRun, type SavedRun } from "./saved-run.ts";

const example = `praise: a wonderful film
praise: I loved every minute of it
praise: funny, warm and clever
praise: the best play of the year
blame: a dull and endless film
blame: I hated every minute of it
blame: cold, loud and stupid
blame: the worst play of the year`;

const steps = 60;

const backends = [
  ["auto", "the faster one"],
  ["webgpu", "WebGPU"],
  ["wasm", "WebAssembly"],
] as const satisfies readonly (readonly [TrainingBackend, string])[];

/** Trains a classifier on the visitor's own sentences, in a worker, so that the page stays responsive. */
export class TrainPanel {
  readonly node: HTMLElement;
  readonly #folder: HTMLInputElement = element("input", {
    id: "train-folder",
    value: "models/model/",
    spellcheck: false,
  });
  readonly #sentences: HTMLTextAreaElement = element("textarea", { id: "train-sentences", value: example, rows: 8 });
  readonly #backend: HTMLSelectElement = element(
    "select",
    { id: "train-backend" },
    ...backends.map(([value, title]) => element("option", { value }, title)),
  );
  readonly #train: HTMLButtonElement = element("button", { type: "submit" }, "Train");
  readonly #pause: HTMLButtonElement = element("button", { type: "button", disabled: true }, "Pause");
  /** Hidden unless a reload interrupted a run. */
  readonly #resume: HTMLButtonElement = element("button", { type: "button", hidden: true });
  readonly #save: HTMLButtonElement = element("button", { type: "button", disabled: true }, "Save the model");
  readonly #text: HTMLInputElement = element("input", { id: "train-text", value: "what a clever film" });
  readonly #classify: HTMLButtonElement = element("button", { type: "button", disabled: true }, "Classify it");
  readonly #compiling: CompileNote = new CompileNote("train-compiling");
  readonly #progress: HTMLProgressElement = element("progress", { max: steps, value: 0, ariaLabel: "steps" });
  readonly #facts: HTMLElement = element("p", { className: "note", id: "train-facts" });
  readonly #state: HTMLElement = element("p", { className: "times", role: "status" });
  readonly #answers: HTMLElement = element("div", { className: "answers" });
  readonly #files: HTMLElement = element("ul", { className: "files" });
  readonly #error: HTMLElement = element("p", { className: "error", role: "alert" });
  #worker: Worker | undefined;
  #interrupted: SavedRun | undefined;
  #last = "";
  #accuracy = "";

  constructor() {
    const form = element(
      "form",
      {},
      element("h2", { id: "train-title" }, "Train on your own sentences"),
      element("label", { htmlFor: "train-folder" }, "Model folder to start from"),
      this.#folder,
      element("label", { htmlFor: "train-sentences" }, "Sentences, one a line: label: sentence"),
      this.#sentences,
      element("p", { className: "note" }, "A text file dropped here replaces them."),
      element("label", { htmlFor: this.#backend.id }, "Train on"),
      this.#backend,
      this.#train,
      " ",
      this.#pause,
      " ",
      this.#resume,
    );
    this.node = element(
      "section",
      {},
      form,
      this.#error,
      this.#compiling.node,
      this.#progress,
      this.#state,
      this.#facts,
      element("label", { htmlFor: "train-text" }, "A sentence to try"),
      this.#text,
      this.#classify,
      this.#answers,
      this.#save,
      this.#files,
    );
    this.node.setAttribute("aria-labelledby", "train-title");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#start();
    });
    this.#resume.addEventListener("click", () => this.#start(this.#interrupted));
    void this.#findInterrupted();
    this.#pause.addEventListener("click", () => this.#togglePause());
    this.#classify.addEventListener("click", () => this.#order({ kind: "classify", text: this.#text.value }));
    this.#save.addEventListener("click", () => this.#order({ kind: "save" }));
    this.#sentences.addEventListener("dragover", (event) => event.preventDefault());
    this.#sentences.addEventListener("drop", (event) => {
      event.preventDefault();
      void event.dataTransfer?.files[0]?.text().then((text) => (this.#sentences.value = text));
    });
  }

  /** Offers to resume a run that a reload interrupted. Browsers without storage, as in private windows, have none. */
  async #findInterrupted(): Promise<void> {
    const run = await savedRun().catch(() => undefined);
    if (run === undefined || this.#worker !== undefined) return;
    this.#interrupted = run;
    this.#resume.textContent = `Resume the last run (step ${run.step} of ${run.steps})`;
    this.#resume.hidden = false;
  }

  #start(run?: SavedRun): void {
    this.#resume.hidden = true;
    if (run !== undefined) {
      this.#folder.value = run.folder;
      this.#sentences.value = run.examples.map(({ label, input }) => `${String(label)}: ${input}`).join("\n");
    }
    this.#error.textContent = "";
    this.#accuracy = "";
    this.#compiling.clear();
    this.#answers.replaceChildren();
    this.#files.replaceChildren();
    try {
      const { labels, examples } = readExamples(this.#sentences.value);
      this.#worker?.terminate();
      const worker = new Worker(new URL("./train-worker.ts", import.meta.url), { type: "module" });
      this.#worker = worker;
      const hear = (news: News): void => {
        if (worker === this.#worker) this.#hear(news); // not what an earlier one said last
      };
      worker.addEventListener("message", ({ data }: MessageEvent<News>) => hear(data));
      worker.addEventListener("error", ({ message }) => hear({ kind: "failed", message }));
      const folder = new URL(this.#folder.value.trim(), document.baseURI).href;
      const enginePath = new URL("./ort/", document.baseURI).href;
      this.#state.textContent = "starting …";
      this.#setButtons({ running: true });
      this.#order({
        kind: "train",
        backend: this.#backend.value as TrainingBackend,
        engine: { enginePath },
        folder,
        labels,
        examples,
        steps,
        resume: run !== undefined,
      });
    } catch (error) {
      this.#error.textContent = (error as Error).message;
    }
  }

  #order(order: Order): void {
    this.#worker?.postMessage(order);
  }

  #togglePause(): void {
    const pausing = this.#pause.textContent === "Pause";
    this.#pause.textContent = pausing ? "Resume" : "Pause";
    this.#order({ kind: pausing ? "pause" : "resume" });
  }

  #setButtons({ running }: { running: boolean }): void {
    this.#pause.disabled = !running;
    this.#pause.textContent = "Pause";
    this.#classify.disabled = running;
    this.#save.disabled = running;
  }

  #hear(news: News): void {
    if (news.kind === "started") this.#facts.textContent = news.reason;
    else if (news.kind === "compiled") this.#compiling.show(news);
    else if (news.kind === "step") {
      this.#progress.value = news.step;
      this.#last = `step ${news.step} of ${steps}: loss ${news.loss.toFixed(3)}, ${news.milliseconds.toFixed(0)} ms`;
    } else if (news.kind === "accuracy") this.#accuracy = `, ${(100 * news.accuracy).toFixed(0)} % right`;
    else if (news.kind === "paused")
      this.#state.textContent = `${this.#last}${this.#accuracy}, ${news.saved ? "saved" : "paused"}`;
    else if (news.kind === "unsaved")
      this.#error.textContent = `The browser does not keep this run, which a reload would end: ${news.message}`;
    else if (news.kind === "trained") this.#setButtons({ running: false });
    else if (news.kind === "labels")
      this.#answers.replaceChildren(answerList({ heading: "Labels", candidates: news.candidates }));
    else if (news.kind === "saved") this.#offer(news.files);
    else {
      this.#error.textContent = news.message;
      this.#pause.disabled = true;
    }
    if (news.kind === "step" || news.kind === "accuracy" || news.kind === "trained")
      this.#state.textContent = `${this.#last}${this.#accuracy}${news.kind === "trained" ? ", trained" : ""}`;
  }

  /** Links to the files of a Hugging Face folder. */
  #offer(files: readonly (readonly [string, Uint8Array<ArrayBuffer>])[]): void {
    this.#files.replaceChildren(
      ...files.map(([name, bytes]) =>
        element("li", {}, element("a", { href: URL.createObjectURL(new Blob([bytes])), download: name }, name)),
      ),
    );
  }
}
