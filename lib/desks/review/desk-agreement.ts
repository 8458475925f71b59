/** How much more alike captioners describe the same image than different ones. */
import { db } from "@/lib/platform/database/db";
import type { Agreement } from "@/lib/statistics/krippendorff-alpha";
import { type DescribedImage, wordSetAgreement } from "@/lib/statistics/word-set-agreement";

/** Of a larger desk, so many captions of images drawn at random: time grows with their square. */
const mostCaptions = 2000;

export type DeskAgreement = Agreement & {
  /** Images that several people have captioned; more than were looked at where `isSample`. */
  shared: number;
  isSample: boolean;
};

/** As people wrote them: what a reviewer corrected or rejected counts with its first wording. */
export async function findDeskAgreement(deskId: string): Promise<DeskAgreement> {
  const images = await db.$queryRaw<{ id: string; captions: number }[]>`
    SELECT i.id, count(c.id)::int AS captions
    FROM "DeskImage" i JOIN "CaptionTask" t ON t."deskImageId" = i.id JOIN "DeskCaption" c ON c."taskId" = t.id
    WHERE i."deskId" = ${deskId}::uuid GROUP BY i.id HAVING count(DISTINCT t."captionerId") > 1
    ORDER BY md5(i.id::text)`;
  let captions = 0;
  const looked = images.filter((image) => {
    captions += image.captions;
    return captions <= mostCaptions;
  });
  const described = await db.$queryRaw<DescribedImage[]>`
    SELECT t."deskImageId"::text AS image, t."captionerId"::text AS person, c.text
    FROM "CaptionTask" t JOIN "DeskCaption" c ON c."taskId" = t.id
    WHERE t."deskImageId" = ANY(${looked.map(({ id }) => id)}::uuid[]) ORDER BY t.id, c.position`;
  return {
    ...wordSetAgreement(described, { coverage: 0.95 }),
    shared: images.length,
    isSample: looked.length < images.length,
  };
}
