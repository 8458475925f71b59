/** The images of a dataset as its page lists them: filtered, and page by page from a place in the list. */
import { Prisma } from "@/lib/generated/prisma/client";
import type { Split } from "@/lib/generated/prisma/enums";
import { db } from "@/lib/platform/database/db";
import { captionsAt } from "./revisions/at-revision";

export const imageTraits = ["no-caption", "long", "small", "duplicate"] as const;
export const imageStandings = ["used", "training", "held-out", "excluded", "all"] as const;

export type ImageFilter = {
  /** Part of a caption, in whatever case; empty: any. */
  text: string;
  trait: (typeof imageTraits)[number] | null;
  standing: (typeof imageStandings)[number];
  /** Of a caption. */
  category: { name: string; value: string } | null;
};

export const everyImage: ImageFilter = { text: "", trait: null, standing: "used", category: null };

/** Images with a shorter side than the upsampler draws; they are enlarged when it learns from them. */
export const smallSidePx = 256;

/** GLIDE reads no more tokens of a caption. */
export const tokensRead = 128;

export type ImageSummary = {
  id: string;
  stem: string;
  /** Of the file that it was imported from, within its folder; its stem where that is not known. */
  fileName: string;
  /** Null, as its size is, for captions without a photograph. */
  sha256: string | null;
  widthPx: number | null;
  heightPx: number | null;
  split: Split;
  isExcluded: boolean;
  /** Number of those that it looks like; null where it looks like no other. */
  duplicateGroup: number | null;
  captions: { id: string; text: string; tokenCount: number }[];
};

export type ImagePage = {
  images: ImageSummary[];
  /** Where the neighbouring pages begin; null where there is none. */
  next: string | null;
  previous: string | null;
  /** Up to `mostCounted`. */
  total: number;
};

/** Beyond it a filtered list is not counted to its end. */
export const mostCounted = 100_000;

/** A place in the list: number of the group for near duplicates, else 0, and the image's position. */
type Place = { group: number; position: number };

/**
 * @param from `next` or `previous` of another page of the same filter; anything else is the first page
 */
export async function browseImages(
  datasetId: string,
  filter: ImageFilter = everyImage,
  { from = null, pageSize = 24 }: { from?: string | null; pageSize?: number } = {},
): Promise<ImagePage> {
  const where = whereOf(datasetId, filter);
  const start = readPlace(from);
  const [rows, total] = await Promise.all([findPlaces(where, start, pageSize + 1), count(where)]);
  const isBackwards = start?.isBackwards ?? false;
  const found = rows.slice(0, pageSize);
  if (isBackwards) found.reverse();
  const hasMore = rows.length > pageSize;
  const hasNext = isBackwards || hasMore;
  const hasPrevious = isBackwards ? hasMore : start !== null;
  return {
    images: await readImages(found.map(({ id }) => id)),
    next: hasNext && found.length > 0 ? toText("after", found.at(-1)!) : null,
    previous: hasPrevious && found.length > 0 ? toText("before", found[0]!) : null,
    total,
  };
}

function whereOf(datasetId: string, { text, trait, standing, category }: ImageFilter): Prisma.Sql {
  const present = Prisma.sql`caption."imageId" = image."id" AND caption."untilRevision" IS NULL`;
  const some = (condition: Prisma.Sql) =>
    Prisma.sql`EXISTS (SELECT FROM "Caption" caption WHERE ${present} AND ${condition})`;
  const standings = {
    used: Prisma.sql`NOT image."isExcluded"`,
    training: Prisma.sql`NOT image."isExcluded" AND image."split" = 'TRAINING'`,
    "held-out": Prisma.sql`NOT image."isExcluded" AND image."split" = 'HELD_OUT'`,
    excluded: Prisma.sql`image."isExcluded"`,
    all: Prisma.sql`true`,
  };
  const traits = {
    "no-caption": Prisma.sql`NOT ${some(Prisma.sql`true`)}`,
    long: some(Prisma.sql`caption."tokenCount" > ${tokensRead}`),
    small: Prisma.sql`least(image."widthPx", image."heightPx") < ${smallSidePx}`,
    duplicate: Prisma.sql`duplicate."imageId" IS NOT NULL`,
  };
  const pattern = `%${text.trim().replace(/[\\%_]/g, "\\$&")}%`;
  const conditions = [
    Prisma.sql`image."datasetId" = ${datasetId}::uuid`,
    standings[standing],
    ...(trait === null ? [] : [traits[trait]]),
    ...(text.trim() === "" ? [] : [some(Prisma.sql`caption."text" ILIKE ${pattern}`)]),
    ...(category === null
      ? []
      : [some(Prisma.sql`caption."categories"->${category.name} ? ${category.value}`)]),
  ];
  // Of other images the group is nobody's business, so that they are read in the order of an index.
  const group = trait === "duplicate" ? Prisma.sql`duplicate."group"` : Prisma.sql`0`;
  const joined =
    trait === "duplicate"
      ? Prisma.sql`JOIN "NearDuplicate" duplicate ON duplicate."imageId" = image."id"`
      : Prisma.empty;
  return Prisma.sql`
    SELECT image."id", image."position", ${group} AS "group" FROM "Image" image ${joined}
    WHERE ${Prisma.join(conditions, " AND ")}`;
}

async function findPlaces(
  images: Prisma.Sql,
  start: (Place & { isBackwards: boolean }) | null,
  take: number,
): Promise<(Place & { id: string })[]> {
  const isBackwards = start?.isBackwards ?? false;
  const beyond = isBackwards ? Prisma.sql`<` : Prisma.sql`>`;
  const order = isBackwards ? Prisma.sql`DESC` : Prisma.sql`ASC`;
  const from = start
    ? Prisma.sql`WHERE ("group", "position") ${beyond} (${start.group}, ${start.position})`
    : Prisma.empty;
  return db.$queryRaw`
    SELECT "id", "group", "position" FROM (${images}) found ${from}
    ORDER BY "group" ${order}, "position" ${order} LIMIT ${take}`;
}

async function count(images: Prisma.Sql): Promise<number> {
  const [row] = await db.$queryRaw<{ count: number }[]>`
    SELECT count(*)::int AS count FROM (SELECT FROM (${images}) found LIMIT ${mostCounted}) counted`;
  return row?.count ?? 0;
}

async function readImages(ids: readonly string[]): Promise<ImageSummary[]> {
  const rows = await db.image.findMany({
    where: { id: { in: [...ids] } },
    include: {
      captions: {
        where: captionsAt("newest"),
        orderBy: { position: "asc" },
        select: { id: true, text: true, tokenCount: true },
      },
      nearDuplicate: { select: { group: true } },
    },
  });
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => {
    const row = byId.get(id);
    return row ? [toSummary(row)] : [];
  });
}

type Row = Prisma.ImageGetPayload<{
  include: {
    captions: { select: { id: true; text: true; tokenCount: true } };
    nearDuplicate: { select: { group: true } };
  };
}>;

export function toSummary(row: Row): ImageSummary {
  const { id, stem, fileName, blobSha256, widthPx, heightPx, split, isExcluded, nearDuplicate, captions } =
    row;
  return {
    id,
    stem,
    fileName: fileName ?? stem,
    sha256: blobSha256,
    widthPx,
    heightPx,
    split,
    isExcluded,
    duplicateGroup: nearDuplicate?.group ?? null,
    captions,
  };
}

function toText(side: "after" | "before", { group, position }: Place): string {
  return `${side}-${group}-${position}`;
}

function readPlace(text: string | null): (Place & { isBackwards: boolean }) | null {
  const match = /^(after|before)-(\d{1,9})-(\d{1,9})$/.exec(text ?? "");
  if (!match) return null;
  return { isBackwards: match[1] === "before", group: Number(match[2]), position: Number(match[3]) };
}
