/**
 * The signal that Ctrl-C (or SIGTERM) gives. The first one asks the run to stop at the end of the step;
 * a second one ends the program at once.
 */
export function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  const ask = () => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
    console.error("\nstopping at the end of this step … (once more: at once, without saving)");
  };
  process.on("SIGINT", ask);
  process.on("SIGTERM", ask);
  return controller.signal;
}
