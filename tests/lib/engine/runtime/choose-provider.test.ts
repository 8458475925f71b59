/** The choice of a provider never fails: what cannot run is declined with a reason. */
import { expect, test, vi } from "vitest";
import { chooseExecutionProvider } from "@/lib/engine/runtime/choose-provider";
import { softwareVulkan } from "../software-vulkan";

test("the processor is taken without trying anything when it is asked for", async () => {
  expect(await chooseExecutionProvider("cpu")).toEqual({ provider: "cpu", declined: [] });
});

test("every better provider is either taken or declined with a reason", async () => {
  const { provider, declined } = await chooseExecutionProvider("auto");
  const better = ["cuda", "webgpu", "cpu"];
  expect([...declined.map((candidate) => candidate.provider), provider]).toEqual(
    better.slice(0, better.indexOf(provider) + 1),
  );
  for (const { reason } of declined) expect(reason.length).toBeGreaterThan(10);
});

const driver = softwareVulkan();
test.skipIf(driver === null)(
  "a driver in software is taken where it is asked for: slow as it is, it computes a training step right",
  async () => {
    for (const [variable, value] of Object.entries(driver!)) vi.stubEnv(variable, value);
    expect(await chooseExecutionProvider("webgpu")).toEqual({ provider: "webgpu", declined: [] });
    await expect(chooseExecutionProvider("webgpu:GeForce")).rejects.toMatchObject({
      code: "unavailable",
      remedy: expect.stringContaining("webgpu:0 is SwiftShader"),
    });
  },
  120_000,
);

test.runIf(process.platform === "linux")(
  "a named provider that cannot run is refused with its reason",
  async () => {
    for (const variable of ["VK_DRIVER_FILES", "VK_ICD_FILENAMES"]) vi.stubEnv(variable, "/nowhere.json");
    const { provider, refusal } = await chooseExecutionProvider("webgpu");
    expect({ provider, refusal }).toEqual({
      provider: "cpu",
      refusal: "webgpu is not used: there is no graphics device with a driver that it can use",
    });
    vi.unstubAllEnvs();
  },
);
