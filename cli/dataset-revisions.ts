/** `semblance datasets split`, `revisions` and `restore`: revisions of a dataset on the command line. */
import { resolve } from "node:path";
import { decodeText } from "@/lib/datasets/decode-text";
import { readCaptionBytes } from "@/lib/datasets/read-caption-file";
import { changesToText } from "@/lib/datasets/revisions/dataset-changes";
import { listRevisions } from "@/lib/datasets/revisions/list-revisions";
import { restoreRevision } from "@/lib/datasets/revisions/restore-revision";
import { restorationInput } from "@/lib/datasets/revisions/revision-fields";
import { splitDataset } from "@/lib/datasets/revisions/split-dataset";
import { SemblanceError } from "@/lib/errors";
import { counted } from "@/lib/text/counted";
import { findByName } from "./find-by-name";
import { parseOptions } from "./option-lists";
import { toTable } from "./table";

type Output = Pick<NodeJS.WriteStream, "write">;

export async function splitByOptions(
  name: string | undefined,
  { heldOut, seed, list }: { heldOut?: number; seed?: number; list?: string },
  output: Output,
): Promise<void> {
  if ((heldOut === undefined) === (list === undefined)) {
    throw new SemblanceError("invalid_input", "A split needs either a share or a list of names.", {
      remedy:
        "npx semblance datasets split NAME --held-out 0.2 --seed 1, or --list FILE with a file name per line.",
    });
  }
  const { id } = await findByName("dataset", name);
  const { trainingCount, heldOutCount, revision } = await splitDataset({
    datasetId: id,
    ...(list === undefined
      ? { by: "share", heldOutShare: heldOut!, ...(seed === undefined ? {} : { seed }) }
      : { by: "list", list: decodeText(list, await readCaptionBytes(resolve(list))) }),
  });
  output.write(
    `${name}: ${counted(trainingCount, "image", "images")} for training, ${heldOutCount} held out (revision ${revision})\n`,
  );
}

export async function printRevisions(name: string | undefined, output: Output): Promise<void> {
  const revisions = await listRevisions((await findByName("dataset", name)).id);
  output.write(
    toTable(
      ["revision", "when", "by", "changes", "reason"],
      revisions.map(({ number, at, actor, changes, reason }) => [
        number,
        at.toISOString(),
        actor,
        changes,
        reason,
      ]),
    ),
  );
}

/** @throws SemblanceError `invalid_input` without an earlier revision */
export async function restore(
  name: string | undefined,
  { revision }: { revision?: number },
  output: Output,
): Promise<void> {
  const { id: datasetId } = await findByName("dataset", name);
  const input = parseOptions(restorationInput, { datasetId, revision }, { revision: "--revision" });
  const restored = await restoreRevision(input);
  const changes = changesToText(restored.counts) || "nothing had to be changed";
  output.write(`${name}: as in revision ${revision} (revision ${restored.revision}: ${changes})\n`);
}
