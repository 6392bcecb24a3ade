import { memoryBytes } from "./backend-memory.ts";
import { forward, texts, training } from "./bertkit-tasks.ts";
import type { Contender, Measured, Task } from "./contender.ts";
import { matrixRate } from "./matrix-rate.ts";
import { prepareJax, transformersTexts } from "./other-libraries.ts";
import { timed } from "./timed.ts";

/**
 * One contender at one task.
 * @param select selects the backend of a contender that is bertkit
 */
export async function measure(
  contender: Contender,
  task: Task,
  select: (contender: Contender) => Promise<{ readonly reason: string }>,
): Promise<Measured> {
  if (contender === "transformers.js")
    return timed(task.calls, await transformersTexts(task.texts!), "onnxruntime-web");
  if (contender === "jax-js" || contender === "jax-js on webgpu") {
    const jax = await prepareJax(task, contender === "jax-js" ? "wasm" : "webgpu");
    return { ...(await timed(task.calls, jax.training, "jax-js 0.1.25, jit")), matrixGflops: await jax.matrixRate() };
  }
  const { reason } = await select(contender);
  const prepare = { train: training, forward, texts }[task.kind];
  const measured = await timed(task.calls, await prepare(task), reason);
  return { ...measured, memoryBytes: memoryBytes(), matrixGflops: await matrixRate() };
}
