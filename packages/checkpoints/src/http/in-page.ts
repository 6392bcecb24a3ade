/** Whether a browser makes the requests: it follows redirects, decompresses, and hides headers of other origins. */
export function inPage(): boolean {
  const { process } = globalThis as { process?: { versions?: { node?: string } } };
  return process?.versions?.node === undefined;
}
