/** The choice of a provider never fails: what cannot run is declined with a reason. */
import { expect, test, vi } from "vitest";
import { chooseExecutionProvider } from "@/lib/engine/runtime/choose-provider";
import { softwareVulkan } from "../software-vulkan";

test("the processor is taken without trying anything when it is asked for", async () => {
  expect(await chooseExecutionProvider("cpu")).toEqual({ provider: "cpu", declined: [] });
});

test("every better provider is either taken or declined with a reason", async () => {
  const { provider, declined } = await chooseExecutionProvider("auto");
  const better = { cuda: [], webgpu: ["cuda"], cpu: ["cuda", "webgpu"] }[provider];
  expect(declined.map((candidate) => candidate.provider)).toEqual(better);
  for (const { reason } of declined) expect(reason.length).toBeGreaterThan(10);
});

const driver = softwareVulkan();
test.skipIf(driver === null)(
  "a driver in software is taken where it is asked for: slow as it is, it computes a training step right",
  async () => {
    for (const [variable, value] of Object.entries(driver!)) vi.stubEnv(variable, value);
    expect(await chooseExecutionProvider("webgpu")).toEqual({ provider: "webgpu", declined: [] });
  },
  120_000,
);
