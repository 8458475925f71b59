import { expect, test } from "vitest";
import { nodeProblem } from "@/scripts/node-version.mjs";

test.each(["20.19.0", "20.20.1", "21.0.0", "22.4.0", "26.1.0"])("Node %s runs Semblance", (version) => {
  expect(nodeProblem(version)).toBeNull();
});

test.each(["20.18.3", "18.20.4", "12.22.12", "0.12.0"])("Node %s does not, and is told how", (version) => {
  expect(nodeProblem(version)).toEqual({
    message: `Semblance needs Node 20.19 or newer; this is ${version}.`,
    remedy: expect.stringContaining("Install a newer Node"),
  });
});
