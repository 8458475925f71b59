import { fileURLToPath } from "node:url";
import { afterEach, expect, it, vi } from "vitest";
import { verify } from "@/cli/verify";

const prefix = fileURLToPath(new URL("../reference/plain-base", import.meta.url));

function captureOutput(): string[] {
  const lines: string[] = [];
  vi.spyOn(console, "log").mockImplementation((line: string) => void lines.push(line));
  return lines;
}

afterEach(() => vi.restoreAllMocks());

it("prints one line for each check and says that all pass", async () => {
  const lines = captureOutput();
  expect(await verify(prefix)).toBe(0);
  const table = lines.join("\n").split("\n");
  expect(table[0]).toMatch(/^check +relative L2 error +tolerance +verdict +worst part$/);
  expect(table[1]).toMatch(/^forward +\d\.\d\de-\d +1e-4 +pass +forward\.output$/);
  expect(table[2]).toMatch(/^train +\d\.\d\de-\d +1e-[34] +pass +/);
  expect(table.at(-1)).toBe("All 2 checks pass.");
});

it("prints one JSON object and nothing else with json", async () => {
  const lines = captureOutput();
  expect(await verify(prefix, { json: true })).toBe(0);
  expect(lines).toHaveLength(1);
  const { checks, pass } = JSON.parse(lines[0]!);
  expect(pass).toBe(true);
  expect(checks[0]).toEqual({
    name: "forward",
    relativeError: expect.any(Number),
    tolerance: 1e-4,
    pass: true,
    worst: "forward.output",
  });
});

it("names the missing file", async () => {
  await expect(verify(`${prefix}-absent`)).rejects.toThrow(
    "plain-base-absent.json: the file of model options cannot be read.",
  );
});
