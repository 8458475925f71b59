/** The results of a study on the command line: the same files as in the dashboard. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join as joinPath } from "node:path";
import { parse } from "csv-parse/sync";
import { parquetReadObjects } from "hyparquet";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { study } from "@/cli/study";
import { timestampRequest } from "@/lib/studies/registration/timestamp-reply";
import { withTestDatabase } from "@/tests/database";
import { timestampReplyFor } from "@/tests/timestamp-replies";
import { answerAll, join } from "../lib/rating/rater-at-work";
import { createOpenStudy } from "../lib/studies/plan/open-study-fixture";

const { db } = await withTestDatabase();
let name: string;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(joinPath(tmpdir(), "semblance-study-"));
  const { studyId, inviteToken } = await createOpenStudy(db, {
    captions: 4,
    ratersPerItem: 2,
    qualityControl: { repeats: 0 },
  });
  ({ name } = await db.study.findUniqueOrThrow({ where: { id: studyId } }));
  for (const winner of ["left", "right"] as const) {
    await answerAll(await join(inviteToken), () => ({ type: "pair", winner }));
  }
});
afterAll(() => rm(folder, { recursive: true }));

async function run(
  verb: string,
  options: Parameters<typeof study>[2] = {},
  subject: string = name,
): Promise<string> {
  let text = "";
  await study(verb, subject, options, {
    write: (chunk: string | Uint8Array) => {
      text += String(chunk);
      return true;
    },
  });
  return text;
}

describe("semblance study", () => {
  it("imports ratings from any folder as a closed study, and deletes it", async () => {
    const file = joinPath(folder, "ratings.csv");
    const rows = Array.from(
      { length: 24 },
      (_, i) => `dog ${i >> 2},w${(i >> 1) % 2},m${i % 2},${1 + (i % 5)}`,
    );
    await writeFile(file, `prompt,worker,system,points\n${rows.join("\n")}\n`);
    await expect(run("import", { columns: "score=points", scale: "1-4" }, file)).rejects.toMatchObject({
      code: "invalid_file",
    });
    await expect(run("import", { bothBad: "perhaps" }, file)).rejects.toMatchObject({
      code: "invalid_input",
    });
    const id = (await run("import", { columns: "score=points", scale: "1-5" }, file)).trim();
    expect(await db.study.findUniqueOrThrow({ where: { id } })).toMatchObject({
      name: "ratings",
      state: "CLOSED",
    });
    expect(await run("delete", {}, "ratings")).toBe("deleted\n");
    expect(await db.study.count({ where: { id } })).toBe(0);
    await expect(run("delete")).rejects.toMatchObject({ code: "conflict" });
  });

  it("prints a design, creates a draft from it, and changes that draft", async () => {
    const design = JSON.parse(await run("design"));
    const dataset = await db.dataset.findFirstOrThrow();
    const image = { stem: "a", position: 0, blobSha256: "a".repeat(64), widthPx: 64, heightPx: 64 };
    await db.blob.create({ data: { sha256: image.blobSha256, sizeBytes: 1, mediaType: "image/png" } });
    await db.image.create({ data: { datasetId: dataset.id, ...image } });
    const file = joinPath(folder, "design.json");
    await writeFile(file, JSON.stringify({ ...design, name: "the next one" }));
    await run("create", {}, file);
    await writeFile(file, JSON.stringify({ ...design, name: "the next one", ratersPerItem: 9 }));
    expect(await run("change", { design: file }, "the next one")).toBe("changed\n");
    expect(JSON.parse(await run("design", {}, "the next one"))).toEqual({
      ...design,
      name: "the next one",
      ratersPerItem: 9,
    });
    await expect(run("change", { design: file })).rejects.toMatchObject({ code: "conflict" });
    await expect(run("change", {}, "the next one")).rejects.toMatchObject({ code: "invalid_input" });
  });

  it("prints the registration, writes the request for a timestamp and attaches the reply", async () => {
    const { id } = await db.study.findUniqueOrThrow({ where: { name: "the next one" } });
    const text = await run("registration", {}, "the next one");
    expect(text).toContain("Registration of the study “the next one”");
    const out = joinPath(folder, "request.tsq");
    expect(await run("timestamp", { out }, id)).toContain(out);
    expect(await readFile(out)).toEqual(Buffer.from(timestampRequest(text)));
    const reply = joinPath(folder, "reply.tsr");
    await writeFile(reply, timestampReplyFor(text, new Date("2026-11-28T20:00:00Z")));
    expect(await run("timestamp", { reply }, id)).toContain("2026-11-28T20:00:00.000Z, Test Authority");
    await writeFile(reply, timestampReplyFor("another text", new Date()));
    await expect(run("timestamp", { reply }, id)).rejects.toThrow("belongs to something else");
    await writeFile(reply, "<html>");
    await expect(run("timestamp", { reply }, id)).rejects.toThrow("not a timestamp reply");
    // Opened before there were registrations.
    await expect(run("registration")).rejects.toMatchObject({ code: "conflict" });
  });

  it("writes the leaderboard as CSV, JSON and Parquet with the same rows, and logs each", async () => {
    const printed: Record<string, string>[] = parse(await run("leaderboard"), { columns: true });
    expect(printed).toHaveLength(2);
    const [csv, json, parquet] = ["csv", "json", "parquet"].map((ending) =>
      joinPath(folder, `board.${ending}`),
    );
    for (const out of [csv!, json!, parquet!]) expect(await run("leaderboard", { out })).toBe(`${out}\n`);
    expect(parse(await readFile(csv!, "utf8"), { columns: true })).toEqual(printed);
    const objects: Record<string, unknown>[] = JSON.parse(await readFile(json!, "utf8"));
    expect(objects.map(({ arm, rating }) => [arm, rating])).toEqual(
      printed.map(({ arm, rating }) => [arm, Number(rating)]),
    );
    const bytes = await readFile(parquet!);
    const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
    expect((await parquetReadObjects({ file })).map(({ arm }) => arm)).toEqual(printed.map(({ arm }) => arm));

    const pairs: Record<string, string>[] = parse(await run("differences"), { columns: true });
    expect(pairs).toEqual([
      expect.objectContaining({ comparisons: "1", is_separated: expect.stringMatching(/^(true|false)$/) }),
    ]);
    const differences = joinPath(folder, "differences.json");
    await run("differences", { out: differences });
    expect(JSON.parse(await readFile(differences, "utf8"))).toEqual([
      expect.objectContaining({ first: pairs[0]!.first, p_adjusted: Number(pairs[0]!.p_adjusted) }),
    ]);

    const logged = await db.auditEntry.findMany({
      where: { action: "study.exported" },
      orderBy: { sequence: "asc" },
    });
    expect(logged.map(({ detail }) => (detail as { file: string }).file)).toEqual([
      "leaderboard.csv",
      "leaderboard.csv",
      "leaderboard.json",
      "leaderboard.parquet",
      "differences.csv",
      "differences.json",
    ]);
  });

  it("writes votes and leaderboards of all questions, or of the one that is chosen", async () => {
    const study = await createOpenStudy(db, { captions: 2, ratersPerItem: 1, fields: { planHash: null } });
    const { id: criterionId } = await db.criterion.create({
      data: {
        studyId: study.studyId,
        key: "photorealism",
        question: "Which looks more like a photograph?",
        questionType: "pair",
        position: 1,
      },
    });
    await db.item.update({ where: { id: study.itemIds[1]! }, data: { criterionId } });
    await answerAll(await join(study.inviteToken));
    const questions = async (verb: string, criterion?: string) => {
      const options = criterion === undefined ? {} : { criterion };
      const rows: Record<string, string>[] = parse(await run(verb, options, study.studyId), {
        columns: true,
      });
      return [...new Set(rows.map((row) => row.criterion))].sort();
    };
    for (const verb of ["votes", "leaderboard"]) {
      expect(await questions(verb)).toEqual(["caption-similarity", "photorealism"]);
      expect(await questions(verb, "photorealism")).toEqual(["photorealism"]);
    }
  });

  it("rejects unknown file endings", async () => {
    await expect(run("leaderboard", { out: joinPath(folder, "board.xlsx") })).rejects.toThrow(
      "A leaderboard cannot be written as “board.xlsx”.",
    );
  });

  it("prints votes and raters under the same names", async () => {
    const votes: Record<string, string>[] = parse(await run("votes"), { columns: true });
    expect(votes).toHaveLength(8);
    const raters = await run("raters");
    for (const { rater } of votes) expect(raters).toContain(rater!);
  });

  it("rejects an unknown verb and lists those that exist", async () => {
    await expect(run("rank")).rejects.toMatchObject({
      remedy: expect.stringContaining("leaderboard, votes"),
    });
  });
});
