import { findChromium, findSoftwareVulkan } from "./find-chromium.mjs";

/** The Chromium for browser tests, or undefined: then they are skipped. Set BERTKIT_CHROMIUM to its path. */
export const chromium: string | undefined = findChromium();

/** Flags for headless WebGL 2 and WebGPU without a graphics card, on SwiftShader. */
export const chromiumFlags: readonly string[] = [
  "--headless=new",
  "--no-sandbox",
  "--enable-unsafe-webgpu",
  "--enable-features=Vulkan",
  "--use-angle=swiftshader",
  "--use-webgpu-adapter=swiftshader",
  "--enable-unsafe-swiftshader",
];

/**
 * The environment for WebGPU in Node without a graphics card, or undefined. It must be set before the process starts,
 * because the system's loader reads it once.
 */
export const softwareVulkan: Readonly<Record<string, string>> | undefined = findSoftwareVulkan();
