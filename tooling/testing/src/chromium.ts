import { findChromium, findSoftwareVulkan } from "./find-chromium.mjs";

/** The Chromium that browser tests drive, or undefined: they then skip. Set BERTKIT_CHROMIUM to name one. */
export const chromium: string | undefined = findChromium();

/** Headless flags under which WebGL 2 and WebGPU both work without a graphics card, on SwiftShader. */
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
 * The environment in which WebGPU runs in Node without a graphics card, or undefined. It must be set before the process
 * starts: the system's loader reads it once.
 */
export const softwareVulkan: Readonly<Record<string, string>> | undefined = findSoftwareVulkan();
