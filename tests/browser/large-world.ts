/** A study as large as the planner allows, with everything around it, written by SQL. */
import { randomBytes } from "node:crypto";
import type pg from "pg";
import { hashRaterToken } from "@/lib/rating/join/rater-token";

export type LargeWorld = {
  studyId: string;
  datasetId: string;
  /** Another study, with plenty of free seats, and the secrets by which its raters are known. */
  rated: { studyId: string; raterTokens: string[] };
  sampleSetIds: string[];
  evaluationId: string;
  raters: number;
  votes: number;
};

const arms = 12;
const captions = 1000;
const raters = 500;
const votes = 100_000;
const photographs = 20_000;
const reports = 20_000;
const importFaults = 1000;
const regularItems = captions * ((arms * (arms - 1)) / 2);
const repeats = 10_000;
const goldItems = 200;
const goldAnswers = 5000;

export async function makeLargeWorld(client: pg.Client): Promise<LargeWorld> {
  const run = async <Row>(sql: string, values: unknown[] = []) =>
    (await client.query(sql, values)).rows as Row[];
  const one = async (sql: string, values: unknown[] = []) => (await run<{ id: string }>(sql, values))[0]!.id;
  await run("BEGIN");
  // Past the guards of opened studies, and without looking up every reference.
  await run("SET LOCAL session_replication_role = replica");
  // Nothing is known yet of the sizes of these tables.
  await run("SET LOCAL enable_nestloop = off");

  const datasetId = await one(
    `INSERT INTO "Dataset" (id, name, state, "importReport")
     SELECT gen_random_uuid(), 'large', 'READY', (SELECT jsonb_agg(jsonb_build_object('file', 'image-' || n || '.png',
       'kind', 'tiny', 'message', 'image-' || n || '.png is 12 × 12 px.', 'remedy', 'Give larger images.'))
       FROM generate_series(1, ${importFaults}) n) RETURNING id`,
  );
  await run(
    `INSERT INTO "Image" (id, "datasetId", stem, position, "blobSha256", "widthPx", "heightPx")
     SELECT gen_random_uuid(), $1, 'image-' || n, n, encode(sha256(('photograph ' || n)::bytea), 'hex'), 256, 256
     FROM generate_series(0, ${photographs - 1}) n`,
    [datasetId],
  );
  await run(
    `INSERT INTO "Caption" (id, "imageId", position, text, "tokenCount")
     SELECT gen_random_uuid(), id, 0, 'a red bird with a long tail sits on branch number ' || position || ' of a tall tree', 14
     FROM "Image" WHERE "datasetId" = $1`,
    [datasetId],
  );
  const checkpointId = await one(
    `INSERT INTO "Checkpoint" (id, name, part, "blobSha256", format, options, "parameterCount", "tensorCount")
     VALUES (gen_random_uuid(), 'large model', 'BASE', repeat('a', 64), 'safetensors', '{"image_size": 64}', 1, 1) RETURNING id`,
  );
  const sampleSetIds: string[] = [];
  const evaluationIds: string[] = [];
  for (let arm = 1; arm < arms; arm++) {
    const setId = await one(
      `INSERT INTO "SampleSet" (id, name, "datasetId", "baseCheckpointId", settings, state, requested)
       VALUES (gen_random_uuid(), $1, $2, $3, '{}', 'SUCCEEDED', ${captions}) RETURNING id`,
      [`large set ${arm}`, datasetId, checkpointId],
    );
    sampleSetIds.push(setId);
    await run(
      `INSERT INTO "Sample" (id, "sampleSetId", "captionId", seed, "blobSha256")
       SELECT gen_random_uuid(), $1::uuid, c.id, 0, encode(sha256(($1::uuid::text || p.position)::bytea), 'hex')
       FROM "Caption" c JOIN "Image" p ON p.id = c."imageId" WHERE p."datasetId" = $2 AND p.position < ${captions}`,
      [setId, datasetId],
    );
    const evaluationId = await one(
      `INSERT INTO "Evaluation" (id, "sampleSetId", "datasetId", metrics, state)
       VALUES (gen_random_uuid(), $1, $2, '{fid,clip-score,nearest-real}', 'SUCCEEDED') RETURNING id`,
      [setId, datasetId],
    );
    evaluationIds.push(evaluationId);
    await run(
      `INSERT INTO "Score" ("evaluationId", metric, value, "realCount", "generatedCount", recipe, warnings)
       SELECT $1, metric, 100 + random(), ${photographs}, ${captions}, '{}', '{}' FROM unnest('{fid,clip-score,nearest-real}'::text[]) metric`,
      [evaluationId],
    );
    await run(
      `INSERT INTO "ImageScore" ("evaluationId", metric, "sampleId", value)
       SELECT $1, metric, id, random() FROM "Sample", unnest('{clip-score,nearest-real}'::text[]) metric WHERE "sampleSetId" = $2`,
      [evaluationId, setId],
    );
  }

  const studyId = await one(
    `INSERT INTO "Study" (id, name, state, "inviteToken", "ratersPerItem", "itemsPerRater", "imageSizePx", seed, "planHash",
       "stopRule", "openedAt", "qualityControl")
     VALUES (gen_random_uuid(), 'large study', 'OPEN', 'large-study-token', 2, 300, 64, 1, repeat('b', 64), $1, now(), '{}')
     RETURNING id`,
    [JSON.stringify({ arms: "all", tightestAtVotes: 1000, coverage: 0.95 })],
  );
  const criterionId = await one(
    `INSERT INTO "Criterion" (id, "studyId", key, question, "questionType", "marksWords", "marksPlaces", position)
     VALUES (gen_random_uuid(), $1, 'similarity', 'Which image matches the caption better?', 'pair', false, false, 0) RETURNING id`,
    [studyId],
  );
  await run(
    `INSERT INTO "Arm" (id, "studyId", name, position, "datasetId", "sampleSetId")
     SELECT gen_random_uuid(), $1, 'arm ' || n, n, CASE WHEN n = 0 THEN $2::uuid END, ($3::uuid[])[n]
     FROM generate_series(0, ${arms - 1}) n`,
    [studyId, datasetId, sampleSetIds],
  );
  await run(
    `INSERT INTO "Item" (id, "studyId", "criterionId", "captionId", "captionText", kind, contest)
     SELECT gen_random_uuid(), $1, $2, c.id, c.text, 'REGULAR', a.id || ' ' || b.id
     FROM "Caption" c JOIN "Image" p ON p.id = c."imageId" AND p."datasetId" = $3 AND p.position < ${captions}
     JOIN "Arm" a ON a."studyId" = $1 JOIN "Arm" b ON b."studyId" = $1 AND b.position > a.position`,
    [studyId, criterionId, datasetId],
  );
  await run(
    `INSERT INTO "Item" (id, "studyId", "criterionId", "captionId", "captionText", kind, contest, expected)
     SELECT gen_random_uuid(), $1, $2, c.id, c.text, 'GOLD', 'gold ' || p.position, '{"type": "best", "position": 0}'
     FROM "Caption" c JOIN "Image" p ON p.id = c."imageId" AND p."datasetId" = $3 AND p.position < ${goldItems}`,
    [studyId, criterionId, datasetId],
  );
  await run(
    `INSERT INTO "ItemImage" ("itemId", position, "armId", "blobSha256")
     SELECT i.id, place, CASE WHEN i.kind = 'REGULAR' THEN split_part(i.contest, ' ', place + 1)::uuid END,
       encode(sha256((i."captionText" || split_part(i.contest, ' ', place + 1))::bytea), 'hex')
     FROM "Item" i, generate_series(0, 1) place WHERE i."studyId" = $1`,
    [studyId],
  );
  await run(
    `INSERT INTO "Seat" (id, "studyId", "itemId", round, shuffle, placement, "isDone")
     SELECT gen_random_uuid(), $1, id, round, (random() * 1e9)::int, CASE WHEN random() < 0.5 THEN '{0,1}'::int[] ELSE '{1,0}' END, true
     FROM "Item", generate_series(0, 1) round WHERE "studyId" = $1 AND kind = 'REGULAR'`,
    [studyId],
  );
  await run(
    `INSERT INTO "Rater" (id, "studyId", "externalId") SELECT gen_random_uuid(), $1, 'rater ' || n FROM generate_series(1, ${raters}) n`,
    [studyId],
  );
  const assign = async (isRepeat: boolean, kind: string, items: number, count: number) =>
    run(
      `INSERT INTO "Assignment" (id, "itemId", "raterId", state, "isRepeat", placement, "imageTokens", ordinal, "leasedAt", "leaseExpiresAt")
       SELECT gen_random_uuid(), item.id, r.id, 'DONE', $2, CASE WHEN random() < 0.5 THEN '{0,1}'::int[] ELSE '{1,0}' END,
         ARRAY[gen_random_uuid()::text, gen_random_uuid()::text], v / ${raters}, now(), now()
       FROM generate_series(0, ${count} - 1) v
       JOIN (SELECT id, row_number() OVER (ORDER BY md5(id::text)) - 1 AS n FROM "Item"
             WHERE "studyId" = $1 AND kind = $3::"ItemKind") item ON item.n = v % ${items}
       JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM "Rater" WHERE "studyId" = $1) r
         ON r.n = (v + v / ${items}) % ${raters}`,
      [studyId, isRepeat, kind],
    );
  await assign(false, "REGULAR", regularItems, votes);
  await assign(true, "REGULAR", regularItems, repeats);
  await assign(false, "GOLD", goldItems, goldAnswers);
  await run(
    `INSERT INTO "Rating" ("assignmentId", answer, marks, "isRight", "clientKey", "latencyMs", "viewportPx", "inputKind")
     SELECT a.id, jsonb_build_object('type', 'pair', 'winner', (ARRAY['left','right','tie','both_bad'])[1 + floor(random() * 4)::int]),
       NULL, CASE WHEN i.kind = 'GOLD' THEN random() < 0.9 END,
       a.id::text, 2000 + (random() * 4000)::int, '390x844', 'touch'
     FROM "Assignment" a JOIN "Item" i ON i.id = a."itemId" WHERE i."studyId" = $1`,
    [studyId],
  );
  await run(
    `INSERT INTO "ItemReport" ("assignmentId", reason, text)
     SELECT a.id, 'caption', 'I do not understand this caption, it makes no sense to me.' FROM "Assignment" a JOIN "Item" i ON i.id = a."itemId"
     WHERE i."studyId" = $1 ORDER BY a.id LIMIT ${reports}`,
    [studyId],
  );
  const rated = await makeRatedStudy(run, datasetId, sampleSetIds.slice(0, 2));
  await run("COMMIT");
  await run("ANALYZE");
  return { studyId, datasetId, rated, sampleSetIds, evaluationId: evaluationIds[0]!, raters, votes };
}

type Run = <Row>(sql: string, values?: unknown[]) => Promise<Row[]>;

/** Two arms, one question, nobody has answered yet. */
async function makeRatedStudy(
  run: Run,
  datasetId: string,
  sampleSetIds: string[],
): Promise<LargeWorld["rated"]> {
  const [study] = await run<{ id: string }>(
    `INSERT INTO "Study" (id, name, state, "inviteToken", "ratersPerItem", "itemsPerRater", "imageSizePx", seed, "planHash", "openedAt")
     VALUES (gen_random_uuid(), 'rated study', 'OPEN', 'rated-study-token', 5, 500, 64, 1, repeat('c', 64), now()) RETURNING id`,
  );
  const studyId = study!.id;
  await run(
    `INSERT INTO "Criterion" (id, "studyId", key, question, "questionType", position)
     VALUES (gen_random_uuid(), $1, 'similarity', 'Which image matches the caption better?', 'pair', 0)`,
    [studyId],
  );
  await run(
    `INSERT INTO "Arm" (id, "studyId", name, position, "sampleSetId")
     SELECT gen_random_uuid(), $1, 'arm ' || n, n - 1, ($2::uuid[])[n] FROM generate_series(1, 2) n`,
    [studyId, sampleSetIds],
  );
  await run(
    `INSERT INTO "Item" (id, "studyId", "criterionId", "captionId", "captionText", kind, contest)
     SELECT gen_random_uuid(), $1, criterion.id, c.id, c.text, 'REGULAR', a.id || ' ' || b.id
     FROM "Caption" c JOIN "Image" p ON p.id = c."imageId" AND p."datasetId" = $2 AND p.position < ${captions}
     JOIN "Criterion" criterion ON criterion."studyId" = $1
     JOIN "Arm" a ON a."studyId" = $1 AND a.position = 0 JOIN "Arm" b ON b."studyId" = $1 AND b.position = 1`,
    [studyId, datasetId],
  );
  await run(
    `INSERT INTO "ItemImage" ("itemId", position, "armId", "blobSha256")
     SELECT i.id, place, split_part(i.contest, ' ', place + 1)::uuid, repeat('d', 64)
     FROM "Item" i, generate_series(0, 1) place WHERE i."studyId" = $1`,
    [studyId],
  );
  await run(
    `INSERT INTO "Seat" (id, "studyId", "itemId", round, shuffle, placement)
     SELECT gen_random_uuid(), $1, id, round, (random() * 1e9)::int, '{0,1}' FROM "Item", generate_series(0, 4) round
     WHERE "studyId" = $1`,
    [studyId],
  );
  const raterTokens = Array.from({ length: 20 }, () => randomBytes(32).toString("base64url"));
  for (const token of raterTokens) {
    await run(
      `WITH rater AS (INSERT INTO "Rater" (id, "studyId") VALUES (gen_random_uuid(), $1) RETURNING id)
       INSERT INTO "RaterSession" ("tokenHash", "raterId") SELECT $2, id FROM rater`,
      [studyId, hashRaterToken(token)],
    );
  }
  return { studyId, raterTokens };
}
