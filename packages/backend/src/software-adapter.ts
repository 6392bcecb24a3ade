import type { BackendOptions } from "./backend-options.ts";
import { whyNotEngine } from "./engine.ts";

const software = /swiftshader|llvmpipe|lavapipe|softpipe|basic render|software/i;

/** The name of the WebGPU adapter if a CPU emulates it; undefined for a GPU, or without an adapter. */
export async function softwareWebgpu(): Promise<string | undefined> {
  const { navigator } = globalThis as { navigator?: { gpu?: GPU } };
  const adapter = await navigator?.gpu?.requestAdapter();
  if (adapter === null || adapter === undefined) return undefined;
  const { vendor, architecture, description, device, isFallbackAdapter } = adapter.info;
  const name = [vendor, architecture, device, description].filter((part) => part !== "").join(" ");
  return isFallbackAdapter || software.test(name) ? name : undefined;
}

/** The same for WebGL. */
export function softwareWebgl(): string | undefined {
  if (typeof OffscreenCanvas === "undefined") return undefined;
  const context = new OffscreenCanvas(1, 1).getContext("webgl2");
  if (context === null) return undefined;
  const information = context.getExtension("WEBGL_debug_renderer_info");
  const name = String(context.getParameter(information?.UNMASKED_RENDERER_WEBGL ?? context.RENDERER));
  context.getExtension("WEBGL_lose_context")?.loseContext();
  return software.test(name) ? name : undefined;
}

/** Why an emulated GPU comes after WebAssembly: in every measured task the engine on WebAssembly was faster. */
export function slowerThanWasm(name: string, adapter: string | undefined, options: BackendOptions): string | undefined {
  if (adapter === undefined || whyNotEngine(options) !== undefined) return undefined;
  return `"${name}" comes later: its adapter, ${adapter}, is the CPU.`;
}
