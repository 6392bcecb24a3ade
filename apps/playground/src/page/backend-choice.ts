import type { BackendName } from "@bertkit/backend";

import { element } from "./element.ts";

/** The backends of browsers, fastest first. */
const choices = [
  ["webgpu", "WebGPU", "the GPU, with compute shaders"],
  ["webgl", "WebGL", "the GPU, with textures"],
  ["wasm", "WebAssembly", "the CPU, with SIMD"],
  ["cpu", "JavaScript", "the CPU, slow, works everywhere"],
] as const satisfies readonly (readonly [BackendName, string, string])[];

interface Choice {
  readonly title: string;
  readonly radio: HTMLInputElement;
  readonly note: HTMLElement;
  readonly description: string;
}

/** Radio buttons that show which backend runs, and why others cannot. */
export class BackendChoice {
  readonly node: HTMLElement;
  readonly #choices = new Map<BackendName, Choice>();

  constructor(onChoose: (name: BackendName) => void) {
    this.node = element("fieldset", { className: "backends" }, element("legend", {}, "Backend"));
    for (const [name, title, description] of choices) {
      const radio = element("input", { type: "radio", name: "backend", value: name, id: `backend-${name}` });
      const note = element("span", { className: "note", id: `backend-${name}-note` }, description);
      radio.setAttribute("aria-describedby", note.id);
      radio.addEventListener("change", () => onChoose(name));
      const label = element("label", { htmlFor: radio.id }, title);
      this.node.append(element("div", { className: "choice" }, radio, label, note));
      this.#choices.set(name, { title, radio, note, description });
    }
  }

  /** Its display name: "WebGPU". */
  title(name: BackendName): string {
    return this.#choices.get(name)?.title ?? name;
  }

  showRunning(running: BackendName): void {
    for (const [name, { radio }] of this.#choices) {
      radio.checked = name === running;
      radio.closest(".choice")!.toggleAttribute("data-running", name === running);
    }
  }

  /** Shows the reason, and keeps an earlier one. The button stays enabled: selecting it tries again. */
  showUnavailable(unavailable: Readonly<Partial<Record<BackendName, string>>>): void {
    for (const [name, reason] of Object.entries(unavailable)) {
      const choice = this.#choices.get(name as BackendName);
      const box = choice?.radio.closest(".choice");
      if (!choice || !box || box.hasAttribute("data-unavailable")) continue;
      box.toggleAttribute("data-unavailable", true);
      choice.note.textContent = `unavailable: ${reason}`;
    }
  }

  clearUnavailable(name: BackendName): void {
    const { note, radio, description } = this.#choices.get(name)!;
    note.textContent = description;
    radio.closest(".choice")!.removeAttribute("data-unavailable");
  }
}
