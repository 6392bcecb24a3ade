import { messageOf } from "@bertkit/checks";
import { countParameters, fromPretrained, type Pretrained } from "bertkit";

import { answerList } from "./answer-list.ts";
import { CallTimes, formatMilliseconds, timed } from "./call-times.ts";
import { element } from "./element.ts";
import type { Queue } from "./queue.ts";
import type { Answer, Task } from "./task.ts";

interface Loaded {
  readonly model: Pretrained;
  readonly run: (text: string) => Promise<readonly Answer[]>;
  readonly times: CallTimes;
}

/** The panel of a task: folder, text, answers and times. Owns the model it loads. */
export class Panel {
  readonly node: HTMLElement;
  readonly task: Task;
  readonly #announce: (text: string) => void;
  readonly #folder: HTMLInputElement;
  readonly #text: HTMLTextAreaElement;
  readonly #facts: HTMLElement;
  readonly #answers: HTMLElement = element("div", { className: "answers" });
  readonly #times: HTMLElement = element("p", { className: "times" });
  readonly #error: HTMLElement = element("p", { className: "error", role: "alert" });
  #loaded: Loaded | undefined;

  constructor(task: Task, queue: Queue, announce: (text: string) => void) {
    const { id, title, hint, action } = task;
    this.task = task;
    this.#announce = announce;
    this.#folder = element("input", { id: `${id}-folder`, value: task.folder, spellcheck: false, autocomplete: "off" });
    this.#facts = element("p", { id: `${id}-facts`, className: "note" });
    this.#text = element("textarea", { id: `${id}-text`, value: task.text, rows: 3 });
    const hintNote = element("p", { id: `${id}-hint`, className: "note" }, hint);
    this.#folder.setAttribute("aria-describedby", this.#facts.id);
    this.#text.setAttribute("aria-describedby", hintNote.id);
    const form = element(
      "form",
      {},
      element("h2", { id: `${id}-title` }, title),
      element("label", { htmlFor: this.#folder.id }, "Model folder"),
      this.#folder,
      this.#facts,
      element("label", { htmlFor: this.#text.id }, "Text"),
      this.#text,
      hintNote,
      element("button", { type: "submit" }, action),
    );
    this.node = element("section", {}, form, this.#error, this.#answers, this.#times);
    this.node.setAttribute("aria-labelledby", `${id}-title`);
    this.#folder.addEventListener("change", () => void queue.run(() => this.load()));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void queue.run(() => this.#answer());
    });
  }

  /** The loaded model; undefined if loading failed. */
  get model(): Pretrained | undefined {
    return this.#loaded?.model;
  }

  /** Loads the folder in the text field on the current backend. Call it from the queue. */
  async load(): Promise<void> {
    this.unload();
    const folder = this.#folder.value.trim();
    this.#facts.textContent = `loading ${folder} …`;
    this.node.setAttribute("aria-busy", "true");
    try {
      const { result: model, milliseconds } = await timed(() => fromPretrained(folder));
      this.#loaded = { model, run: this.#prepare(model), times: new CallTimes() };
      this.#facts.textContent = `${describe(model)}, loaded in ${formatMilliseconds(milliseconds)}`;
    } catch (error) {
      this.#facts.textContent = "no model";
      this.#fail(error, " `npm run quickstart` creates both folders; then reload this page, or enter another folder.");
    } finally {
      this.node.removeAttribute("aria-busy");
    }
  }

  /** Frees the model and clears its output. */
  unload(): void {
    this.#loaded?.model.dispose();
    this.#loaded = undefined;
    this.#clear();
    this.#facts.textContent = "";
  }

  #prepare(model: Pretrained): Loaded["run"] {
    try {
      return this.task.prepare(model);
    } catch (error) {
      model.dispose();
      throw error;
    }
  }

  async #answer(): Promise<void> {
    if (!this.#loaded) await this.load();
    if (!this.#loaded) return;
    const { run, times } = this.#loaded;
    this.#clear();
    this.node.setAttribute("aria-busy", "true");
    this.#announce(`${this.task.title}: running …`);
    try {
      const { result, milliseconds } = await timed(() => run(this.#text.value));
      times.add(milliseconds);
      this.#answers.replaceChildren(...result.map(answerList));
      this.#times.textContent = String(times);
      const best = result.map(({ candidates }) => candidates[0]?.name ?? "nothing").join(", ");
      this.#announce(`${this.task.title}: ${best}, in ${formatMilliseconds(milliseconds)}.`);
    } catch (error) {
      this.#announce("");
      this.#fail(error);
    } finally {
      this.node.removeAttribute("aria-busy");
    }
  }

  #fail(error: unknown, fix = ""): void {
    this.#error.textContent = `${messageOf(error)}${fix}`;
  }

  #clear(): void {
    this.#error.textContent = "";
    this.#answers.replaceChildren();
    this.#times.textContent = "";
  }
}

function describe(model: Pretrained): string {
  const { config, architectures } = model;
  const millions = (countParameters(model).total / 1e6).toFixed(1);
  const name = architectures.join(", ") || "BERT";
  return `${name}: ${config.hiddenLayers} layers × ${config.hiddenSize}, ${millions} million parameters`;
}
