/** Finds SwiftShader, the Vulkan driver in software that comes with Chromium, for tests of the WebGPU provider. */
import { existsSync } from "node:fs";

const chromiumFolders = [
  "/usr/lib/chromium",
  "/usr/lib64/chromium",
  "/opt/google/chrome",
  "/snap/chromium/current",
];

/** The path of the driver's manifest, or null, with the reason printed, where there is none. */
export function softwareVulkanManifest(): string | null {
  const path = chromiumFolders
    .map((folder) => `${folder}/vk_swiftshader_icd.json`)
    .find((file) => existsSync(file));
  if (path) return path;
  console.info("skipped: no vk_swiftshader_icd.json beside a Chromium of this machine");
  return null;
}
