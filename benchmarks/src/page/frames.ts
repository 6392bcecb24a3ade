/** Frames a second of the page while a worker trains, and the worker's steps a second. */
export async function framesWhileTraining(seconds: number): Promise<{ frames: number; steps: number }> {
  const worker = new Worker(new URL("./training-worker.ts", import.meta.url), { type: "module" });
  let steps = 0;
  await new Promise<void>((resolve, reject) => {
    worker.addEventListener("message", () => {
      steps++;
      resolve(); // the first step compiles
    });
    worker.addEventListener("error", ({ message }) => reject(new Error(message)));
  });
  steps = 0;
  let frames = 0;
  const start = performance.now();
  while (performance.now() - start < 1000 * seconds) {
    await new Promise((resolve) => requestAnimationFrame(resolve));
    frames++;
  }
  const took = (performance.now() - start) / 1000;
  worker.terminate();
  return { frames: frames / took, steps: steps / took };
}
