import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { afterAll, expect, test } from "vitest";
import { openServiceLog } from "@/scripts/service-log";

const folder = mkdtempSync(join(tmpdir(), "semblance-services-"));
afterAll(() => rmSync(folder, { recursive: true }));

const lines = [
  JSON.stringify({ level: "info", time: "2026-11-29T09:00:00.000Z", service: "web", msg: "quiet" }),
  JSON.stringify({ level: "error", time: "2026-11-29T09:00:01.000Z", service: "web", msg: "loud" }),
  "Segmentation fault at /join/Qm4xTz81Lk",
];

async function shown(format: "json" | "text" | "auto", name: string): Promise<string> {
  const terminal = new PassThrough();
  const service = new PassThrough();
  const log = openServiceLog(join(folder, name), terminal as never, format);
  log.follow("web", service, "error");
  service.end(`${lines.join("\n")}\n`);
  await new Promise((settle) => setTimeout(settle, 50));
  log.event("error", "The web ended.");
  return String(terminal.read() ?? "");
}

test("a terminal shows warnings and errors in short lines, a file everything as JSON", async () => {
  const text = await shown("text", "a");
  expect(text).not.toContain("quiet");
  expect(text).toContain("loud");
  expect(text).toContain("The web ended.");
  expect(text).toContain("[redacted]");
  expect(text).not.toContain("{");
  const file = readFileSync(join(folder, "a", "logs", "web.log"), "utf8")
    .trim()
    .split("\n");
  expect(file.map((line) => JSON.parse(line))).toMatchObject([
    { msg: "quiet" },
    { msg: "loud" },
    { level: "error", service: "web", msg: "Segmentation fault at /join/[redacted]" },
  ]);
  expect(readFileSync(join(folder, "a", "logs", "supervisor.log"), "utf8")).toContain("The web ended.");
});

test.each(["json", "auto"] as const)("without a terminal (%s), every line is JSON", async (format) => {
  const written = (await shown(format, format)).trim().split("\n");
  expect(written).toHaveLength(4);
  for (const line of written) expect(JSON.parse(line)).toMatchObject({ level: expect.any(String) });
});
