/** The choice of a provider never fails: what cannot run is declined with a reason. */
import { expect, test } from "vitest";
import { chooseExecutionProvider } from "@/lib/engine/execution-provider";

test("the processor is taken without trying anything when it is asked for", async () => {
  expect(await chooseExecutionProvider("cpu")).toEqual({ provider: "cpu", declined: [] });
});

test("every better provider is either taken or declined with a reason", async () => {
  const { provider, declined } = await chooseExecutionProvider("auto");
  const better = { cuda: [], webgpu: ["cuda"], cpu: ["cuda", "webgpu"] }[provider];
  expect(declined.map((candidate) => candidate.provider)).toEqual(better);
  for (const { reason } of declined) expect(reason.length).toBeGreaterThan(10);
});
