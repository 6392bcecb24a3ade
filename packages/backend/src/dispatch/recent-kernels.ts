const most = 16;

/** The names of the kernels that were started since the last successful read, the latest last. */
export class RecentKernels {
  readonly #names: Set<string> = new Set();

  add(name: string): void {
    this.#names.delete(name);
    this.#names.add(name);
    if (this.#names.size > most) for (const first of this.#names) return void this.#names.delete(first);
  }

  clear(): void {
    this.#names.clear();
  }

  get names(): readonly string[] {
    return [...this.#names];
  }
}

/** "the kernel A" or "one of the kernels A, B, C". */
export function kernelsInWords(names: readonly string[]): string {
  if (names.length === 0) return "a kernel";
  return names.length === 1 ? `the kernel ${names[0]}` : `one of the kernels ${names.join(", ")}`;
}
