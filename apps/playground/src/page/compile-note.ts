import type { CompileProgress } from "@bertkit/backend";

import { element } from "./element.ts";

/** Shows how many shaders WebGPU has compiled: in a first call that takes most of the time. */
export class CompileNote {
  readonly node: HTMLElement;
  readonly #bar: HTMLProgressElement = element("progress", { value: 0, ariaLabel: "compiled shaders" });
  readonly #text: HTMLElement = element("span", { className: "note" });

  constructor(id: string) {
    this.node = element("p", { id, hidden: true }, this.#bar, " ", this.#text);
  }

  clear(): void {
    this.node.hidden = true;
  }

  readonly show = ({ compiled, requested }: CompileProgress): void => {
    this.node.hidden = false;
    this.#bar.max = requested;
    this.#bar.value = compiled;
    this.#text.textContent = `${compiled} of ${requested} shaders compiled`;
  };
}
