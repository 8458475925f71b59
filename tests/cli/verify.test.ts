import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest";
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
  expect(table[0]).toMatch(/^check +error +measure +tolerance +verdict +worst part$/);
  expect(table[1]).toMatch(/^forward +\d\.\d\de-\d +relative +1e-4 +pass +forward\.output$/);
  expect(table[2]).toMatch(/^train +\d\.\d\de-\d +relative +1e-[34] +pass +/);
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
    error: expect.any(Number),
    measure: "relative",
    tolerance: 1e-4,
    pass: true,
    worst: "forward.output",
  });
});

it("names the missing case", async () => {
  await expect(verify(`${prefix}-absent`)).rejects.toThrow("There is no reference case plain-base-absent.");
});

describe("of a folder", () => {
  async function folderWith(files: Record<string, string>): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), "semblance-cases-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
    return folder;
  }
  const timesteps = (...steps: number[]) => JSON.stringify({ space_timesteps_9: { "3": steps } });

  it("verifies every case, with a line for each and one verdict", async () => {
    const lines = captureOutput();
    const folder = await folderWith({
      "a.json": timesteps(0, 4, 8),
      "b-2.json": timesteps(0, 4, 8),
      "read.me": "",
    });
    expect(await verify(folder)).toBe(0);
    expect(lines).toEqual(["a    pass  1 check", "b-2  pass  1 check", "\n2 cases pass."]);
  });

  it("goes on after cases that fail, are damaged or lack files, and says what is wrong", async () => {
    const lines = captureOutput();
    const folder = await folderWith({
      "a.json": timesteps(0, 3, 8),
      "b.json": "{",
      "c.json": timesteps(0, 4, 8),
      "d.csv": "",
    });
    expect(await verify(folder)).toBe(1);
    expect(lines).toEqual([
      "a      FAIL  respacing: space_timesteps_9 3, value 1: 4 instead of 3",
      "b      FAIL  b.json: not valid JSON. The file is damaged or incomplete. Copy or create the case again.",
      "c      pass  1 check",
      "d.csv  FAIL  This file belongs to no whole case.",
      "\n3 of 4 fail.",
    ]);
    lines.length = 0;
    expect(await verify(folder, { json: true })).toBe(1);
    const { cases, pass } = JSON.parse(lines.join(""));
    expect(pass).toBe(false);
    expect(cases.map((verdict: { case: string; pass: boolean }) => [verdict.case, verdict.pass])).toEqual([
      ["a", false],
      ["b", false],
      ["c", true],
      ["d.csv", false],
    ]);
    await expect(verify(await folderWith({ "read.me": "" }))).rejects.toThrow("contains no reference cases");
  });
});
