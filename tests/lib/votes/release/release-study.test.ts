/** A released study gives the same results on another machine, and reveals changes. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, it } from "vitest";
import { rebuild } from "@/cli/rebuild";
import { storeBlob } from "@/lib/platform/storage/store-blob";
import { excludeRater, reinstateRater } from "@/lib/rating/checks/exclude-rater";
import { hashPlan, planFormat } from "@/lib/studies/plan/plan-hash";
import { readPlan } from "@/lib/studies/plan/read-plan";
import { attachTimestamp } from "@/lib/studies/registration/attach-timestamp";
import { closeStudy } from "@/lib/studies/stopping/close-study";
import { exportResult, exportVotes } from "@/lib/votes/files/export-study";
import { getLeaderboard } from "@/lib/votes/leaderboard/get-leaderboard";
import { rebuildRelease } from "@/lib/votes/release/rebuild-leaderboard";
import { releaseStudy, zipRelease } from "@/lib/votes/release/release-study";
import { withTestDatabase } from "@/tests/database";
import { pastGuards } from "@/tests/past-guards";
import { timestampReplyFor } from "@/tests/timestamp-replies";
import { answerAll, join as joinAsRater } from "../../rating/rater-at-work";
import { createOpenStudy } from "../../studies/plan/open-study-fixture";

const { db } = await withTestDatabase();
const actor = "researcher@example.org";
let studyId: string;
let folder: string;
const registrationText = "Registration of a study of dogs\n";

/** Three raters; the second is excluded. The images of the fixture get bytes, and the plan the hash it has then. */
beforeAll(async () => {
  const study = await createOpenStudy(db, {
    captions: 4,
    ratersPerItem: 3,
    questionType: "ranking",
    arms: ["real", "original", "tuned"],
    fields: {
      planFormat,
      primary: { question: "caption-similarity", arms: ["original", "tuned"] },
      registrationText,
    },
  });
  studyId = study.studyId;
  // The fixture makes no images; these take their place before the plan gets its hash.
  const images = await db.itemImage.findMany();
  await pastGuards(db, async (transaction) => {
    for (const [index, { itemId, position }] of images.entries()) {
      const { sha256 } = await storeBlob(Buffer.from(`image ${index}`), { mediaType: "image/png" });
      await transaction.itemImage.update({
        where: { itemId_position: { itemId, position } },
        data: { blobSha256: sha256 },
      });
    }
  });
  const planHash = hashPlan(await readPlan(studyId));
  await pastGuards(db, (transaction) =>
    transaction.study.update({ where: { id: studyId }, data: { planHash } }),
  );
  for (const order of [
    [0, 1, 2],
    [2, 1, 0],
    [1, 0, 2],
  ]) {
    const rater = await joinAsRater(study.inviteToken);
    await answerAll(rater, () => ({ type: "ranking", order }));
    if (order[0] === 2) await excludeRater(rater, "=careless", actor);
  }
  const reply = timestampReplyFor(registrationText, new Date("2026-11-28T20:00:00Z"));
  await attachTimestamp(studyId, reply, actor);
  folder = await mkdtemp(join(tmpdir(), "semblance-release-"));
  for await (const { name, bytes } of releaseStudy(studyId, actor)) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, bytes);
  }
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** The release with one file changed. */
function reading(changes: Record<string, (text: string) => string | null> = {}) {
  return async (name: string) => {
    const bytes = await readFile(join(folder, name)).catch(() => null);
    const change = changes[name];
    if (!bytes || !change) return bytes;
    const changed = change(bytes.toString("utf8"));
    return changed === null ? null : Buffer.from(changed);
  };
}

it("rebuilds the leaderboard byte for byte, from a folder and from a zip file", async () => {
  const { csv, votes, planHash } = await rebuildRelease(reading());
  expect(csv).toBe(await exportResult("leaderboard.csv", studyId));
  expect(votes).toBe(12);
  expect(planHash).toBe((await getLeaderboard(studyId)).planHash);
  const zip = join(folder, "release.zip");
  const bytes = await zipRelease(studyId, actor, zip);
  expect(bytes).toBe((await readFile(zip)).length);
  const said: string[] = [];
  const output = { write: (text: string) => said.push(text) > 0 };
  expect(await rebuild(zip, {}, output, output)).toBe(0);
  expect(said.join()).toContain("12 votes, 12 images");
});

it("keeps an excluded rater's votes in the file, flagged, and out of the leaderboard", async () => {
  const votes = await text(exportVotes(studyId));
  expect(votes.split("\n").filter((line) => line.includes(",true,'=careless,"))).toHaveLength(4);
  expect((await getLeaderboard(studyId)).leaderboard.voteCount).toBe(8);
  expect((await getLeaderboard(studyId, undefined, { raters: "all" })).leaderboard.voteCount).toBe(12);
  expect((await getLeaderboard(studyId, undefined, { containing: "NUMBER 2" })).leaderboard.voteCount).toBe(
    2,
  );
});

it("contains the registration with its timestamp, and describes what was registered and how the study deviated", async () => {
  expect(await readFile(join(folder, "registration.txt"), "utf8")).toBe(registrationText);
  const readme = await readFile(join(folder, "README.md"), "utf8");
  expect(readme).toContain("Registered: the difference between original and tuned");
  expect(readme).toMatch(/- 1 rater was excluded by hand: r-[0-9a-f]{12} \(=careless\)\./);
  const another = Buffer.from(timestampReplyFor("another", new Date()));
  await expect(rebuildRelease(reading({ "registration.txt": (text) => `${text}!` }))).rejects.toThrow(
    /registration\.txt is not the text in design\.json/,
  );
  await expect(rebuildRelease(reading({ "registration.txt": () => null }))).rejects.toThrow(/is missing/);
  await expect(
    rebuildRelease(async (name) => (name === "registration.tsr" ? another : reading()(name))),
  ).rejects.toThrow(/registration\.tsr is not a timestamp of registration\.txt: .*something else/);
});

it("contains every pair of arms with the adjusted decision, and marks the primary pair", async () => {
  const rows = JSON.parse(await readFile(join(folder, "differences.json"), "utf8"));
  expect(rows).toHaveLength(3);
  const { leaderboard } = await getLeaderboard(studyId);
  expect(rows.map((row: { p_adjusted: number }) => row.p_adjusted)).toEqual(
    leaderboard.differences.map(({ pAdjusted }) => pAdjusted),
  );
  expect(rows.filter((row: { is_primary: boolean }) => row.is_primary)).toEqual([
    expect.objectContaining({ comparisons: 3, criterion: expect.any(String) }),
  ]);
  await expect(
    rebuildRelease(reading({ "differences.csv": (csv) => csv.replace("false", "true") })),
  ).rejects.toThrow(/^differences\.csv differs on line \d+ from what the votes say/);
  await expect(
    rebuildRelease(
      reading({ "study.json": (json) => json.replace('"release_version": 2', '"release_version": 1') }),
    ),
  ).rejects.toThrow(/The release has version 1/);
});

it("describes how the study ended and what its result depends on", async () => {
  const readme = await readFile(join(folder, "README.md"), "utf8");
  expect(readme).toMatch(
    /caption-similarity, .* minus .*: (no alternative choice changes|the decision changes with)/,
  );
  const [question] = JSON.parse(await readFile(join(folder, "sensitivity.json"), "utf8"));
  expect(question.choices.map(({ choice }: { choice: string }) => choice)).toContain("planned-exclusions");
  await expect(
    rebuildRelease(reading({ "sensitivity.json": (json) => json.replace("planned", "unplanned") })),
  ).rejects.toThrow(/^sensitivity\.json differs/);
});

it("names a changed vote", async () => {
  const change = (csv: string) => {
    const lines = csv.split("\n");
    lines[3] = lines[3]!.replace(/,90+,/, ",901,").replace(",900,", ",901,");
    return lines.join("\n");
  };
  await expect(rebuildRelease(reading({ "votes.csv": change }))).rejects.toThrow(
    /votes\.csv: line 4 .*changed/,
  );
});

it("names every other changed or missing file", async () => {
  await expect(
    rebuildRelease(
      reading({
        "votes.csv": (csv) =>
          csv
            .split("\n")
            .filter((_, line) => line !== 2)
            .join("\n"),
      }),
    ),
  ).rejects.toThrow(/^leaderboard\.csv differs on line 2/);
  await expect(
    rebuildRelease(reading({ "leaderboard.json": (json) => json.replace("1", "2") })),
  ).rejects.toThrow(/^leaderboard\.json differs/);
  await expect(
    rebuildRelease(
      reading({ "design.json": (json) => json.replace("caption-similarity", "caption-similarly") }),
    ),
  ).rejects.toThrow(/^design\.json has the hash/);
  const { blobSha256 } = await db.itemImage.findFirstOrThrow();
  await expect(rebuildRelease(reading({ [`pictures/${blobSha256}.png`]: () => null }))).rejects.toThrow(
    /pictures\/.* is missing/,
  );
  await expect(rebuildRelease(reading({ [`pictures/${blobSha256}.png`]: () => "x" }))).rejects.toThrow(
    /pictures\/.* does not have the hash/,
  );
});

it("is provisional until a closed study accepts no more answers, and then fixes its votes", async () => {
  const status = async () => {
    for await (const { name, bytes } of releaseStudy(studyId, actor)) {
      if (name === "study.json") return JSON.parse(Buffer.from(bytes as Uint8Array).toString("utf8"));
    }
  };
  const [one, other] = await db.rater.findMany({ where: { studyId, excludedAt: null } });
  expect(await status()).toMatchObject({ is_final: false, closed_at: null, answers_end_at: null });
  await closeStudy(studyId, actor);
  const { closedAt } = await db.study.findUniqueOrThrow({ where: { id: studyId } });
  expect(await status()).toMatchObject({
    is_final: false,
    answers_end_at: new Date(closedAt!.getTime() + 24 * 3_600_000).toISOString(),
  });
  await excludeRater(one!.id, "asked to be removed", actor);
  await pastGuards(db, (transaction) =>
    transaction.study.update({
      where: { id: studyId },
      data: { closedAt: new Date(Date.now() - 25 * 3_600_000) },
    }),
  );
  await reinstateRater(one!.id, actor);
  expect(await status()).toMatchObject({ is_final: true });
  const zips = ["first.zip", "second.zip"].map((name) => join(folder, name));
  await zipRelease(studyId, actor, zips[0]!);
  await expect(excludeRater(other!.id, "too late", actor)).rejects.toMatchObject({ code: "conflict" });
  const out = await db.rater.findFirstOrThrow({ where: { studyId, excludedAt: { not: null } } });
  await expect(reinstateRater(out.id, actor)).rejects.toThrow("are final");
  await zipRelease(studyId, actor, zips[1]!);
  expect(Buffer.compare(await readFile(zips[1]!), await readFile(zips[0]!))).toBe(0);
});

it("is refused if the stored plan was changed after the study opened, and is logged otherwise", async () => {
  expect(await db.auditEntry.count({ where: { action: "study.exported" } })).toBe(7);
  await expect(db.study.update({ where: { id: studyId }, data: { seed: 2 } })).rejects.toThrow("locked");
  await pastGuards(db, (transaction) =>
    transaction.study.update({ where: { id: studyId }, data: { seed: 2 } }),
  );
  await expect(releaseStudy(studyId, actor).next()).rejects.toThrow("does not have the hash");
});
