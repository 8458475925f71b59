/** Stores the items of a study that opens, with their images and seats: columns as arrays, a few statements for thousands of rows. */
import { randomUUID } from "node:crypto";
import type { Transaction } from "@/lib/platform/database/db";
import type { OpeningProgress } from "./blind-renditions";
import type { StoredItem } from "./plan-hash";

const itemsAtOnce = 500;

export async function insertItems(
  transaction: Transaction,
  studyId: string,
  items: readonly StoredItem[],
  { signal, onProgress }: OpeningProgress,
): Promise<void> {
  for (let start = 0; start < items.length; start += itemsAtOnce) {
    signal?.throwIfAborted();
    await insertBatch(
      transaction,
      studyId,
      items.slice(start, start + itemsAtOnce).map((item) => ({ id: randomUUID(), ...item })),
    );
    onProgress?.(Math.min(items.length, start + itemsAtOnce), items.length, "items");
  }
}

async function insertBatch(
  transaction: Transaction,
  studyId: string,
  items: readonly (StoredItem & { id: string })[],
): Promise<void> {
  await transaction.$executeRaw`
    INSERT INTO "Item" (id, "studyId", "criterionId", "captionId", "captionText", kind, contest, expected)
    SELECT id, ${studyId}::uuid, criterion, caption, text, kind::"ItemKind", contest, expected::jsonb
    FROM unnest(${items.map(({ id }) => id)}::uuid[], ${items.map(({ criterionId }) => criterionId)}::uuid[],
      ${items.map(({ captionId }) => captionId)}::uuid[], ${items.map(({ captionText }) => captionText)}::text[],
      ${items.map(({ kind }) => kind)}::text[], ${items.map(({ contest }) => contest)}::text[],
      ${items.map(({ expected }) => (expected === null ? null : JSON.stringify(expected)))}::text[])
      AS given(id, criterion, caption, text, kind, contest, expected)`;
  const images = items.flatMap(({ id, images: own }) =>
    own.map(({ armId, sha256 }, position) => ({ id, position, armId, sha256 })),
  );
  await transaction.$executeRaw`
    INSERT INTO "ItemImage" ("itemId", position, "armId", "blobSha256")
    SELECT * FROM unnest(${images.map(({ id }) => id)}::uuid[], ${images.map(({ position }) => position)}::int[],
      ${images.map(({ armId }) => armId)}::uuid[], ${images.map(({ sha256 }) => sha256)}::text[])`;
  const seats = items.flatMap(({ id, seats: own }) => own.map((seat) => ({ ...seat, id })));
  // A list of lists would be taken apart: each placement travels as text.
  await transaction.$executeRaw`
    INSERT INTO "Seat" (id, "studyId", "itemId", round, shuffle, placement)
    SELECT gen_random_uuid(), ${studyId}::uuid, item, round, shuffle, placement::int[]
    FROM unnest(${seats.map(({ id }) => id)}::uuid[], ${seats.map(({ round }) => round)}::int[],
      ${seats.map(({ shuffle }) => shuffle)}::int[], ${seats.map(({ placement }) => `{${placement.join(",")}}`)}::text[])
      AS given(item, round, shuffle, placement)`;
}
