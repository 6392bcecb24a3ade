// Plain JavaScript, because the test script uses it before TypeScript can run.
import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, join } from "node:path";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
const usualFolders = ["/usr/bin", "/snap/bin", "/opt/google/chrome"];
const applications = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

/** The path of a Chromium to test with: BERTKIT_CHROMIUM, else the first found on this machine, else undefined. */
export function findChromium(environment = process.env) {
  const named = environment["BERTKIT_CHROMIUM"];
  if (named !== undefined && named !== "") return runnable(named) ? named : undefined;
  const folders = [...(environment["PATH"] ?? "").split(delimiter).filter((folder) => folder !== ""), ...usualFolders];
  return [...folders.flatMap((folder) => names.map((name) => join(folder, name))), ...applications].find(runnable);
}

/** The message if there is none. */
export function chromiumMissing(environment = process.env) {
  const named = environment["BERTKIT_CHROMIUM"];
  const found = named ? `BERTKIT_CHROMIUM is not a program (${named})` : "Chromium was not found";
  return `${found}, so the browser tests are skipped: run \`apt-get install chromium\`, or set BERTKIT_CHROMIUM=/path/to/chrome.`;
}

/**
 * Environment variables for Dawn to find Chromium's software Vulkan; undefined if Debian's package is not installed.
 */
export function findSoftwareVulkan(environment = process.env) {
  const folder = "/usr/lib/chromium";
  if (!existsSync(join(folder, "vk_swiftshader_icd.json"))) return undefined;
  return {
    VK_ICD_FILENAMES: environment["VK_ICD_FILENAMES"] ?? join(folder, "vk_swiftshader_icd.json"),
    LD_LIBRARY_PATH: [environment["LD_LIBRARY_PATH"], folder].filter((part) => part).join(delimiter),
  };
}

function runnable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
