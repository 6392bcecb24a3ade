let closedPort: MessagePort | undefined;

/**
 * Frees a buffer's memory immediately. V8 frees it at a garbage collection, which may come many training steps later: it
 * hardly counts memory outside of its heap. The buffer is sent to a closed port, which discards it. One that cannot be sent,
 * such as a WebAssembly memory, is left to V8.
 */
export function freeBuffer(buffer: ArrayBuffer): void {
  if (closedPort === undefined) {
    closedPort = new MessageChannel().port1;
    closedPort.close();
  }
  try {
    closedPort.postMessage(undefined, [buffer]);
  } catch {
    // DataCloneError
  }
}
