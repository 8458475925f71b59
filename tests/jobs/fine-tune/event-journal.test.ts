import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { appendToJournal, replayJournal } from "@/jobs/fine-tune/event-journal";

test("events are handed on once, in order, up to the line that a process died in", async () => {
  const folder = mkdtempSync(join(tmpdir(), "semblance-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const replay = async () => {
    const events: object[] = [];
    await replayJournal<object>(folder, async (event) => void events.push(event));
    return events;
  };
  expect(await replay()).toEqual([]);
  appendToJournal(folder, { step: 1, caption: "a\ndog" });
  appendToJournal(folder, { step: 2 });
  appendFileSync(join(folder, "events.jsonl"), '{"step": 3, "lo');
  expect(await replay()).toEqual([{ step: 1, caption: "a\ndog" }, { step: 2 }]);
  expect(await replay()).toEqual([]);
});
