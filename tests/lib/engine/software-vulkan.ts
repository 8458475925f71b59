/** Finds SwiftShader, the Vulkan driver in software that comes with Chromium, for tests of the WebGPU provider. */
import { existsSync } from "node:fs";

const chromiumFolders = [
  "/usr/lib/chromium",
  "/usr/lib64/chromium",
  "/opt/google/chrome",
  "/snap/chromium/current",
];

const libraryFolders = [
  "/usr/lib/x86_64-linux-gnu",
  "/usr/lib/aarch64-linux-gnu",
  "/usr/lib64",
  "/usr/lib",
  "/usr/local/lib",
];

/**
 * The path of the driver's manifest, or null, with the reason printed, where there is none, or no loader that reads it:
 * the one in Chromium's own folder is found by Chromium alone.
 */
export function softwareVulkanManifest(): string | null {
  const find = (folders: readonly string[], file: string) =>
    folders.map((folder) => `${folder}/${file}`).find((path) => existsSync(path));
  const manifest = find(chromiumFolders, "vk_swiftshader_icd.json");
  if (!manifest) console.info("skipped: no vk_swiftshader_icd.json beside a Chromium of this machine");
  else if (!find(libraryFolders, "libvulkan.so.1")) {
    console.info("skipped: no Vulkan loader on this machine (libvulkan.so.1; Debian's libvulkan1)");
  } else return manifest;
  return null;
}
