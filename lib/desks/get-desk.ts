/** A captioning desk with its progress, as its page shows it. */
import { db } from "@/lib/platform/database/db";
import { noDesk } from "./end-desk";
import { skipsThatSetAside } from "./share/places";

export type CaptionerRow = {
  id: string;
  number: number;
  name: string;
  hasOwnLink: boolean;
  joinedAt: Date | null;
  isRemoved: boolean;
  quota: number;
  /** Images with a caption of theirs, those passed over, and those in hand. */
  done: number;
  skipped: number;
  leased: number;
  captions: number;
  /** Of these, drafts that were accepted as they were. */
  acceptedDrafts: number;
  lastAt: Date | null;
  /** Whether their share waits for them. */
  isHeld: boolean;
};

/** @throws SemblanceError `not_found` */
export async function getDesk(id: string) {
  const desk = await db.desk.findUnique({
    where: { id },
    include: { dataset: { select: { id: true, name: true, captionLanguage: true } } },
  });
  if (!desk) throw noDesk();
  const [people, [places], [review], [drafted], job] = await Promise.all([
    db.$queryRaw<CaptionerRow[]>`
      SELECT p.id, p.number, p.name, p."linkHash" IS NOT NULL AS "hasOwnLink", p."joinedAt",
             p."revokedAt" IS NOT NULL AS "isRemoved", p.quota, COALESCE(p."heldUntil" > now(), false) AS "isHeld", work.*
      FROM "Captioner" p, LATERAL (
        SELECT count(DISTINCT t.id) FILTER (WHERE t.state = 'DONE')::int AS done,
               count(DISTINCT t.id) FILTER (WHERE t.state = 'SKIPPED')::int AS skipped,
               count(DISTINCT t.id) FILTER (WHERE t.state = 'LEASED')::int AS leased,
               count(c.id)::int AS captions, count(c.id) FILTER (WHERE c.origin = 'DRAFT_ACCEPTED')::int AS "acceptedDrafts",
               max(COALESCE(c."revisedAt", c."createdAt")) AS "lastAt"
        FROM "CaptionTask" t LEFT JOIN "DeskCaption" c ON c."taskId" = t.id WHERE t."captionerId" = p.id
      ) work
      WHERE p."deskId" = ${id}::uuid ORDER BY p.number LIMIT 2000`,
    db.$queryRaw<
      { images: number; captioned: number; wanted: number; given: number; shared: number; setAside: number }[]
    >`
      SELECT count(*)::int AS images, count(*) FILTER (WHERE done > 0)::int AS captioned,
             COALESCE(sum(wanted), 0)::int AS wanted, COALESCE(sum(LEAST(done, wanted)), 0)::int AS given,
             count(*) FILTER (WHERE wanted > 1)::int AS shared,
             count(*) FILTER (WHERE skips >= ${skipsThatSetAside} AND done = 0)::int AS "setAside"
      FROM (
        SELECT i.id, i.wanted, count(t.id) FILTER (WHERE t.state = 'DONE') AS done,
               count(t.id) FILTER (WHERE t.state = 'SKIPPED') AS skips
        FROM "DeskImage" i JOIN "Image" image ON image.id = i."imageId" AND NOT image."isExcluded"
        LEFT JOIN "CaptionTask" t ON t."deskImageId" = i.id
        WHERE i."deskId" = ${id}::uuid GROUP BY i.id
      ) image`,
    db.$queryRaw<{ pending: number; accepted: number; rejected: number; adopted: number }[]>`
      SELECT count(*) FILTER (WHERE c.review = 'PENDING')::int AS pending,
             count(*) FILTER (WHERE c.review = 'ACCEPTED')::int AS accepted,
             count(*) FILTER (WHERE c.review = 'REJECTED')::int AS rejected,
             count(c."adoptedAt")::int AS adopted
      FROM "DeskCaption" c JOIN "CaptionTask" t ON t.id = c."taskId" JOIN "DeskImage" i ON i.id = t."deskImageId"
      WHERE i."deskId" = ${id}::uuid`,
    db.$queryRaw<{ drafts: number; model: string | null }[]>`
      SELECT count(draft)::int AS drafts, max("draftModel") AS model FROM "DeskImage" WHERE "deskId" = ${id}::uuid`,
    db.job.findFirst({ where: { subjectId: id, kind: "draft-captions" }, orderBy: { createdAt: "desc" } }),
  ]);
  return {
    ...desk,
    people,
    wantedPeople: desk.people,
    places: places!,
    review: review!,
    drafts: drafted!,
    job,
  };
}

export type DeskDetail = Awaited<ReturnType<typeof getDesk>>;

/** Images that were passed over, with the reasons, for the desk's page. */
export async function listSkipped(deskId: string) {
  return db.captionTask.findMany({
    where: { deskImage: { deskId }, state: "SKIPPED" },
    orderBy: { leasedAt: "desc" },
    take: 50,
    select: {
      id: true,
      skipReason: true,
      skipText: true,
      captioner: { select: { name: true } },
      deskImage: { select: { image: { select: { stem: true, fileName: true, blobSha256: true } } } },
    },
  });
}
