/** Adapters are listed by a process of their own. */
import { expect, test, vi } from "vitest";
import { listGraphicsAdapters } from "@/lib/engine/webgpu/list-adapters";
import { softwareVulkan } from "../software-vulkan";

const driver = softwareVulkan();

test.runIf(driver)("an adapter has a name, limits and features, and is listed once", async () => {
  for (const [name, value] of Object.entries(driver!)) vi.stubEnv(name, value);
  const adapters = await listGraphicsAdapters();
  vi.unstubAllEnvs();
  const software = adapters.filter(({ name }) => name.includes("SwiftShader"));
  expect(software).toEqual([
    expect.objectContaining({
      isSoftware: true,
      isUsual: true,
      features: expect.arrayContaining(["subgroups"]),
    }),
  ]);
  expect(software[0]!.largestBufferBytes).toBeGreaterThanOrEqual(2 ** 27);
});

test.runIf(process.platform === "linux")("where no driver can be loaded there are none", async () => {
  vi.stubEnv("VK_DRIVER_FILES", "/nowhere.json");
  vi.stubEnv("VK_ICD_FILENAMES", "/nowhere.json");
  expect(await listGraphicsAdapters()).toEqual([]);
  vi.unstubAllEnvs();
});
