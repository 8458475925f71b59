/** Which mask is for which image: the one of the same name. */
import { stemOf } from "../datasets/file-names";

type NamedImage = { readonly id: string; readonly stem: string };

type MatchedMasks<File extends { path: string }> = {
  readonly matches: readonly { readonly file: File; readonly imageId: string }[];
  /** Why a mask has no image, or not one of its own. */
  readonly refusals: readonly { readonly file: string; readonly message: string; readonly remedy: string }[];
};

const folder = /(^|[/])masks?[/]/i;
const ending = /[-_. ]mask$/i;

/** Whether a file says that it is a mask: in a folder "masks", or by "-mask" or "_mask" at the end of its name. */
function saysMask(path: string): boolean {
  return folder.test(path) || ending.test(stemOf(path));
}

/**
 * Where any file says that it is a mask, the others are passed over: they may be the images. Masks are found by their path
 * within the dataset, else by the name alone where one image has it.
 */
export function matchMasks<File extends { path: string }>(
  files: readonly File[],
  images: readonly NamedImage[],
): MatchedMasks<File> {
  const marked = files.filter(({ path }) => saysMask(path));
  const byStem = new Map(images.map(({ id, stem }) => [stem, id]));
  const byName = new Map<string, string | null>();
  for (const { id, stem } of images) {
    const name = nameOf(stem);
    byName.set(name, byName.has(name) ? null : id);
  }
  const matches: { file: File; imageId: string }[] = [];
  const refusals: { file: string; message: string; remedy: string }[] = [];
  const taken = new Map<string, string>();
  for (const file of marked.length > 0 ? marked : files) {
    const stem = stemOf(file.path).normalize("NFC").replace(ending, "");
    const imageId =
      byStem.get(stem) ?? byStem.get(stem.replace(folder, "$1")) ?? byName.get(nameOf(stem)) ?? null;
    const other = imageId === null ? undefined : taken.get(imageId);
    if (imageId === null) {
      refusals.push({
        file: file.path,
        message: `${file.path} is for no image of the dataset.`,
        remedy: "Give each mask the name of its image; -mask or _mask may follow it.",
      });
    } else if (other !== undefined) {
      refusals.push({
        file: file.path,
        message: `${file.path} is for the same image as ${other}.`,
        remedy: "Keep one mask for each image.",
      });
    } else {
      taken.set(imageId, file.path);
      matches.push({ file, imageId });
    }
  }
  return { matches, refusals };
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
