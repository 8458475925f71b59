/** All captions of a desk as CSV, one row each, with what became of them; columns are in docs/reference/columns.md. */
import { stringify } from "csv-stringify/sync";
import { db } from "@/lib/platform/database/db";
import { tableCast } from "@/lib/text/spreadsheet-cells";
import { noDesk } from "../end-desk";

export const captionColumns = [
  "image",
  "person",
  "position",
  "caption",
  "written",
  "tokens",
  "origin",
  "draft",
  "review",
  "revisions",
  "written_at",
] as const;

const rowsAtOnce = 1000;

/** @throws SemblanceError `not_found` */
export async function findDeskName(deskId: string): Promise<string> {
  const desk = await db.desk.findUnique({ where: { id: deskId }, select: { name: true } });
  if (!desk) throw noDesk();
  return desk.name;
}

/** Piece by piece. People are numbered as on the desk's page: their names are not in the file. */
export async function* captionsToCsv(deskId: string): AsyncGenerator<string> {
  yield stringify([captionColumns as unknown as string[]]);
  let after = "00000000-0000-0000-0000-000000000000";
  for (;;) {
    const rows = await db.deskCaption.findMany({
      where: { task: { deskImage: { deskId } }, id: { gt: after } },
      orderBy: { id: "asc" },
      take: rowsAtOnce,
      include: {
        task: {
          include: {
            captioner: { select: { number: true } },
            deskImage: { select: { draft: true, image: { select: { fileName: true, stem: true } } } },
          },
        },
      },
    });
    if (rows.length === 0) return;
    after = rows.at(-1)!.id;
    yield stringify(
      rows.map((row) => [
        row.task.deskImage.image.fileName ?? row.task.deskImage.image.stem,
        row.task.captioner.number,
        row.position,
        row.reviewedText ?? row.text,
        row.text,
        row.tokenCount,
        row.origin.toLowerCase(),
        row.task.deskImage.draft,
        row.review.toLowerCase(),
        row.revision,
        row.createdAt.toISOString(),
      ]),
      { cast: tableCast },
    );
  }
}
