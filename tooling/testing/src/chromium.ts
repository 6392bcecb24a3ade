import { existsSync } from "node:fs";
import { findChromium } from "./find-chromium.mjs";

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

const debianSwiftShader = "/usr/lib/chromium/vk_swiftshader_icd.json";

/** SwiftShader's Vulkan driver description for WebGPU in Node (VK_ICD_FILENAMES), or undefined. */
export const swiftShaderDriver: string | undefined =
  process.env["VK_ICD_FILENAMES"] ?? (existsSync(debianSwiftShader) ? debianSwiftShader : undefined);
