/** Tags, notes and the archive: what the list of runs finds, hides and sorts by. */
import { beforeAll, expect, test } from "vitest";
import { type FineTuneQuery, listFineTunes } from "@/lib/fine-tunes/list-fine-tunes";
import { archiveRun, saveRunNotes } from "@/lib/fine-tunes/run-notes";
import { runNotes } from "@/lib/fine-tunes/run-notes-fields";
import { withTestDatabase } from "@/tests/database";

const { db } = await withTestDatabase();

const ids: Record<string, string> = {};
const names = async (query: FineTuneQuery) => (await listFineTunes(query)).fineTunes.map(({ name }) => name);

beforeAll(async () => {
  const { id: datasetId } = await db.dataset.create({ data: { name: "Dogs", state: "READY" } });
  for (const [name, finalLoss, validationLoss, durationSeconds] of [
    ["slow", 0.1, 0.5, 900],
    ["quick", 0.3, 0.4, 60],
    ["waiting", null, null, null],
  ] as const) {
    const measured = { finalLoss, validationLoss, durationSeconds };
    const data = { name, part: "BASE" as const, datasetId, settings: {}, ...measured };
    ids[name] = (await db.fineTune.create({ data })).id;
  }
});

test("runs are found by words of their name, tags, notes and dataset, all of which must occur", async () => {
  const given = { fineTuneId: ids.slow, tags: [" Base line", "B", "b"], notes: "Learns the Colours.\n" };
  const notes = runNotes.parse(given);
  expect(notes).toEqual({ fineTuneId: ids.slow, tags: ["b", "base line"], notes: "Learns the Colours." });
  await saveRunNotes(notes);
  expect(await names({ search: "COLOURS" })).toEqual(["slow"]);
  expect(await names({ search: "base line" })).toEqual(["slow"]);
  expect(await names({ search: "dogs quick" })).toEqual(["quick"]);
  expect(await names({ search: "colours quick" })).toEqual([]);
  expect(await names({ search: "%" })).toEqual([]);
  const entry = await db.auditEntry.findFirstOrThrow({ where: { action: "fine-tune.noted" } });
  expect(entry.subjectId).toBe(ids.slow);
});

test("a run without a loss comes last, whichever way the list is sorted", async () => {
  expect(await names({ sort: "finalLoss", order: "asc" })).toEqual(["slow", "quick", "waiting"]);
  expect(await names({ sort: "finalLoss", order: "desc" })).toEqual(["quick", "slow", "waiting"]);
  expect(await names({ sort: "validationLoss", order: "asc" })).toEqual(["quick", "slow", "waiting"]);
  expect(await names({ sort: "durationSeconds", order: "asc" })).toEqual(["quick", "slow", "waiting"]);
});

test("an archived run leaves the list and comes back, and both are recorded", async () => {
  await archiveRun({ fineTuneId: ids.quick!, isArchived: true });
  expect(await names({ isArchived: false, sort: "name", order: "asc" })).toEqual(["slow", "waiting"]);
  expect(await names({ isArchived: true })).toEqual(["quick"]);
  await archiveRun({ fineTuneId: ids.quick!, isArchived: false });
  expect(await names({ isArchived: true })).toEqual([]);
  const actions = await db.auditEntry.findMany({
    where: { subjectId: ids.quick! },
    orderBy: { sequence: "asc" },
  });
  expect(actions.map(({ action }) => action)).toEqual(["fine-tune.archived", "fine-tune.restored"]);
});

test.each([
  [{ tags: ["one, two"] }, "A tag is one line without commas."],
  [{ tags: ["a".repeat(41)] }, "A tag has at most 40 characters."],
  [{ notes: "a".repeat(10_001) }, "At most 10,000 characters."],
])("what cannot be kept is refused with a reason (%#)", (given, message) => {
  const { error } = runNotes.safeParse({ fineTuneId: ids.slow, tags: [], notes: "", ...given });
  expect(error!.issues[0]!.message).toBe(message);
});

test("a run that is not there cannot be written about", async () => {
  const fineTuneId = crypto.randomUUID();
  await expect(saveRunNotes({ fineTuneId, tags: [], notes: "" })).rejects.toMatchObject({
    code: "not_found",
  });
  await expect(archiveRun({ fineTuneId, isArchived: true })).rejects.toMatchObject({ code: "not_found" });
});
