/** Splits a dataset into images that models learn from and images that they are judged by. */
import { createHash } from "node:crypto";
import type { z } from "zod";
import { SemblanceError } from "@/lib/errors";
import { db } from "@/lib/platform/database/db";
import type { Revised } from "./make-revision";
import { reviseWithin } from "./revise-dataset";
import { splitInput } from "./revision-fields";

type SplitImage = { id: string; stem: string; fileName: string | null; group: number | null };

/**
 * Every image that is not excluded becomes one or the other. By share, images that look alike (see near-duplicates.ts) stay
 * together, so that a little more than the share may be held out.
 *
 * @throws SemblanceError `invalid_input` naming the rows of a list that no image has; and as `reviseDataset`
 */
export async function splitDataset(
  input: z.input<typeof splitInput>,
): Promise<Revised & { trainingCount: number; heldOutCount: number }> {
  const { datasetId, by, heldOutShare, seed, list } = splitInput.parse(input);
  return db.$transaction(
    async (transaction) => {
      const images = await transaction.$queryRaw<SplitImage[]>`
        SELECT image."id", image."stem", image."fileName", duplicate."group" FROM "Image" image
        LEFT JOIN "NearDuplicate" duplicate ON duplicate."imageId" = image."id"
        WHERE image."datasetId" = ${datasetId}::uuid AND NOT image."isExcluded" ORDER BY image."position"`;
      const heldOut = by === "share" ? chooseShare(images, heldOutShare, seed) : findListed(images, list);
      const training = images.flatMap(({ id }) => (heldOut.has(id) ? [] : [id]));
      const revised = await reviseWithin(transaction, datasetId, {
        changes: { training, heldOut: [...heldOut] },
        reason:
          by === "share" ? `${Number((heldOutShare * 100).toFixed(6))} % held out, seed ${seed}` : "list",
      });
      return { ...revised, trainingCount: training.length, heldOutCount: heldOut.size };
    },
    { timeout: 120_000 },
  );
}

function chooseShare(images: readonly SplitImage[], share: number, seed: number): Set<string> {
  const keyed = images.map(({ id, stem, group }) => {
    // By names and not by ids: the same folder imported elsewhere is split alike.
    const lot = group === null ? `image ${stem}` : `group ${group}`;
    return { id, lot, key: createHash("sha256").update(`${seed} ${lot}`).digest("hex") };
  });
  keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  const count = Math.round(share * images.length);
  const last = count === 0 ? undefined : keyed[count - 1]!.lot;
  return new Set(keyed.flatMap(({ id, lot }, at) => (at < count || lot === last ? [id] : [])));
}

/** Unknown names that a message lists. */
const namesShown = 5;

function findListed(images: readonly SplitImage[], list: string): Set<string> {
  const idOf = new Map<string, string>();
  for (const { id, stem, fileName } of images) {
    idOf.set(stem, id);
    if (fileName !== null) idOf.set(fileName.normalize("NFC"), id);
  }
  const heldOut = new Set<string>();
  const unknown: string[] = [];
  for (const [at, line] of list.split(/\r\n|\n|\r/).entries()) {
    const name = line.trim().normalize("NFC");
    if (name === "") continue;
    const id = idOf.get(name);
    if (id === undefined) unknown.push(`row ${at + 1} (${name.slice(0, 80)})`);
    else heldOut.add(id);
  }
  if (unknown.length === 0) return heldOut;
  const more = unknown.length > namesShown ? ` and ${unknown.length - namesShown} more` : "";
  throw new SemblanceError(
    "invalid_input",
    `No image of the dataset has the name in ${unknown.slice(0, namesShown).join(", ")}${more}.`,
    {
      remedy:
        "Use file names as they were imported, with their folders, or excluded images restored first. Nothing was changed.",
      details: { field: "list" },
    },
  );
}
