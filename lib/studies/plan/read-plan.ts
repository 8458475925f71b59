/** The plan of a study that has been opened, read back from the database. */
import { SemblanceError } from "@/lib/errors";
import { Prisma } from "@/lib/generated/prisma/client";
import { db } from "@/lib/platform/database/db";
import { streamRows } from "@/lib/platform/database/stream-rows";
import { expectedAnswer } from "@/lib/questions/expected-answer";
import type { HashedItem, StudyPlan } from "./plan-hash";

type StoredPlan = StudyPlan & { study: { planHash: string | null; timestampReply: Uint8Array | null } };

/** @throws SemblanceError `not_found`, `conflict` for a draft, whose items are not made yet */
export async function readPlan(studyId: string): Promise<StoredPlan> {
  const study = await readDesign(studyId, db);
  if (study.planHash === null) {
    throw new SemblanceError("conflict", `“${study.name}” has not been opened, so it has no plan yet.`, {
      remedy: "Open it first.",
    });
  }
  const items = new Map<string, HashedItem>();
  const seats = new Map<string, HashedItem["seats"]>();
  const toSeats = seatReader();
  // Beside each other: while PostgreSQL sorts the seats, the items are read.
  await Promise.all([
    eachRow<ItemRow>(streamRows(itemsOf(studyId)), (row) => items.set(row[0], toItem(row))),
    eachRow<SeatsRow>(streamRows(seatsOf(studyId)), (row) => seats.set(row[0], toSeats(row))),
  ]);
  return { study, items: withSeats(items, seats) };
}

/**
 * The same before the plan has its hash.
 *
 * @param runner the transaction that makes the items
 */
export async function readUnhashedPlan(
  studyId: string,
  runner: Pick<typeof db, "study" | "$queryRaw">,
): Promise<StoredPlan> {
  const study = await readDesign(studyId, runner);
  const rowsOf = async <Row>(statement: Prisma.Sql) =>
    (await runner.$queryRaw<object[]>(statement)).map((row) => Object.values(row) as Row);
  const toSeats = seatReader();
  const items = new Map((await rowsOf<ItemRow>(itemsOf(studyId))).map((row) => [row[0], toItem(row)]));
  const seats = new Map((await rowsOf<SeatsRow>(seatsOf(studyId))).map((row) => [row[0], toSeats(row)]));
  return { study, items: withSeats(items, seats) };
}

async function readDesign(studyId: string, runner: Pick<typeof db, "study">): Promise<StoredPlan["study"]> {
  const study = await runner.study.findUnique({
    where: { id: studyId },
    include: { arms: { orderBy: { position: "asc" } }, criteria: { orderBy: { position: "asc" } } },
  });
  if (!study) throw new SemblanceError("not_found", "There is no such study.");
  return study;
}

/** Images as JSON, for each its arm's id and its file's SHA-256: rows of their own would take ten times as long. */
const itemsOf = (studyId: string) => Prisma.sql`
  WITH shown AS (
    SELECT p."itemId", json_agg(json_build_array(p."armId", p."blobSha256") ORDER BY p.position)::text AS images
    FROM "ItemImage" p JOIN "Item" i ON i.id = p."itemId" WHERE i."studyId" = ${studyId}::uuid GROUP BY p."itemId"
  )
  SELECT i.id, i.kind, i."criterionId", i."captionId", i."captionText", i.name, i.contest, i.expected, shown.images
  FROM "Item" i LEFT JOIN shown ON shown."itemId" = i.id WHERE i."studyId" = ${studyId}::uuid`;

type ItemRow = readonly [
  id: string,
  kind: HashedItem["kind"],
  criterionId: string,
  captionId: string | null,
  captionText: string,
  name: string | null,
  contest: string,
  expected: unknown,
  images: string | null,
];

function toItem(row: ItemRow): HashedItem {
  const [, kind, criterionId, captionId, captionText, name, contest, expected, images] = row;
  return {
    kind,
    criterionId,
    captionId,
    captionText,
    name,
    contest,
    expected: expected === null ? null : expectedAnswer.parse(expected),
    images: (JSON.parse(images ?? "[]") as [string | null, string | null][]).map(([armId, sha256]) => ({
      armId,
      sha256,
    })),
    seats: [],
  };
}

/** Their places as PostgreSQL writes arrays of whole numbers, blank-separated. */
const seatsOf = (studyId: string) => Prisma.sql`
  SELECT "itemId", string_agg(placement::text, ' ' ORDER BY round) FROM "Seat"
  WHERE "studyId" = ${studyId}::uuid GROUP BY "itemId"`;

type SeatsRow = readonly [itemId: string, placements: string];

/** Equal ones are in memory once: of few images there are few orders. */
function seatReader(): (row: SeatsRow) => HashedItem["seats"] {
  const known = new Map<string, HashedItem["seats"][number]>();
  const toSeat = (text: string) => {
    let seat = known.get(text);
    if (!seat) {
      seat = { placement: text.slice(1, -1).split(",").map(Number) };
      known.set(text, seat);
    }
    return seat;
  };
  return ([, placements]) => placements.split(" ").map(toSeat);
}

function withSeats(
  items: ReadonlyMap<string, HashedItem>,
  seats: ReadonlyMap<string, HashedItem["seats"]>,
): HashedItem[] {
  for (const [id, item] of items) item.seats = seats.get(id) ?? [];
  return [...items.values()];
}

async function eachRow<Row>(batches: AsyncIterable<Row[]>, visit: (row: Row) => unknown): Promise<void> {
  for await (const rows of batches) for (const row of rows) visit(row);
}
