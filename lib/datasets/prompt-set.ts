/** Sets of prompts among the files of an import: captions without any image, and the skills that they ask for. */
import { SemblanceError } from "@/lib/errors";
import { isImageName } from "@/lib/images/image-formats";
import { db } from "@/lib/platform/database/db";
import { captionExtensions } from "./caption-formats";
import { type CaptionEntry, type ChosenColumns, captionFileError } from "./caption-formats/caption-format";
import { linesFormat } from "./caption-formats/lines";
import { placesOf, storePlaces } from "./create-caption-list";
import { decodeText } from "./decode-text";
import { extensionOf } from "./file-names";
import { type ImportRemark, shortenReport } from "./import-report";
import { readSkills, type Skills, withSkills } from "./prompt-skills";
import { readCaptionEntries } from "./read-caption-file";
import { readSource, type SourceFile } from "./sources/source-file";

export type PromptSet = { readonly file: string; readonly entries: readonly CaptionEntry[] };

/** Prompts and skills; whoever has more has not chosen. */
const mostFiles = 20;

/**
 * @returns null where there are images, or files of captions that name them: their images are missing then
 * @throws SemblanceError `invalid_file` for what cannot be read, and for several files of prompts
 */
export async function readPromptSet(
  files: readonly SourceFile[],
  columns: ChosenColumns = {},
): Promise<PromptSet | null> {
  if (files.some(({ path, isImage }) => isImage ?? isImageName(path))) return null;
  const found = files.filter(({ path, entries }) => entries || captionExtensions.includes(extensionOf(path)));
  if (found.length === 0 || found.length > mostFiles) return null;
  const prompts: PromptSet[] = [];
  const skills: { file: string; skills: Skills }[] = [];
  for (const file of found) {
    if (file.entries) {
      prompts.push({ file: file.path, entries: file.entries });
      continue;
    }
    const bytes = await readSource(file);
    if (bytes instanceof SemblanceError) throw bytes;
    const ofFile = readSkills(file.path, decodeText(file.path, bytes));
    if (ofFile) skills.push({ file: file.path, skills: ofFile });
    else prompts.push({ file: file.path, entries: readCaptionEntries(file.path, bytes, columns) });
  }
  if (prompts.some(({ entries }) => entries.some(({ image }) => image !== null && isImageName(image))))
    return null;
  const [first, ...others] = prompts;
  if (first === undefined) return null;
  if (others.length > 0) {
    // One text for each image, whose images are missing.
    if (prompts.every(({ file }) => linesFormat.extensions.includes(extensionOf(file)))) return null;
    const names = prompts.map(({ file }) => file);
    throw captionFileError(
      names.slice(0, -1).join(", "),
      `and ${names.at(-1)} are several files of prompts`,
      "Import one of them.",
    );
  }
  return { file: first.file, entries: skills.reduce<readonly CaptionEntry[]>(withSkills, first.entries) };
}

/** Makes a set of prompts the dataset's own, as a list of captions is; one that is not IMPORTING any more is left alone. */
export async function adoptPrompts(
  datasetId: string,
  { entries }: PromptSet,
  remarks: readonly ImportRemark[],
): Promise<void> {
  const { places } = placesOf(entries);
  await db.$transaction(
    async (transaction) => {
      const { count } = await transaction.dataset.updateMany({
        where: { id: datasetId, state: "IMPORTING" },
        data: { state: "READY", importReport: shortenReport(remarks) },
      });
      if (count > 0) await storePlaces(transaction, datasetId, places);
    },
    { timeout: 600_000 },
  );
}
