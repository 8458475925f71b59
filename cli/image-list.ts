/** Images and captions as the command line names them: folders, lists, and caption files. */
import { readFile, stat } from "node:fs/promises";
import { basename, dirname, join, posix, resolve } from "node:path";
import { captionExtensions } from "@/lib/datasets/caption-formats";
import { splitLines } from "@/lib/datasets/caption-formats/lines";
import { captionsBeside } from "@/lib/datasets/captions-beside";
import { decodeText } from "@/lib/datasets/decode-text";
import { extensionOf, stemOf, toRelativePath } from "@/lib/datasets/file-names";
import { listFolder } from "@/lib/datasets/list-folder";
import { readCaptionBytes, readCaptionEntries } from "@/lib/datasets/read-caption-file";
import { SemblanceError } from "@/lib/errors";
import { findImageFault } from "@/lib/images/decode-image";
import { isImageName } from "@/lib/images/image-formats";
import { counted } from "@/lib/text/counted";

/** `id` is the image's path within its folder or list. */
type ListedImage = { readonly path: string; readonly id: string };

/**
 * The images below a folder (by path), or of a text file that names one on each line, relative to
 * itself. The base model's image that `semblance sample` leaves next to an upsampled one (`NAME-base.png` next to
 * `NAME.png`) is not listed; a text file may name it.
 *
 * @param warn told of files of other kinds
 * @throws SemblanceError `not_found`, `invalid_input` where there are none, or where a subfolder cannot be opened
 */
export async function listImages(
  source: string,
  warn: (message: string) => void = () => {},
): Promise<(ListedImage & { readonly name: string })[]> {
  const info = await stat(source).catch(() => null);
  if (!info)
    throw new SemblanceError("not_found", `${source} does not exist.`, { remedy: "Check the path." });
  const images = info.isDirectory() ? await readFolder(source, warn) : await readList(source);
  if (images.length > 0) return images.map((image) => ({ ...image, name: image.id }));
  throw new SemblanceError("invalid_input", `${source} names no images.`, {
    remedy: "Give a folder of images, or a text file with one path on each line.",
  });
}

async function readFolder(folder: string, warn: (message: string) => void): Promise<ListedImage[]> {
  const { files, unreadable } = await listFolder(folder);
  const [closed] = unreadable.filter((path) => path.endsWith("/"));
  if (closed !== undefined) {
    throw new SemblanceError("invalid_input", `${join(folder, closed)} cannot be opened.`, {
      remedy: "Check that this account is allowed to read it, or move it elsewhere.",
    });
  }
  const others = files
    .map(({ path }) => path)
    .filter((path) => !isImageName(path) && !captionExtensions.includes(extensionOf(path)));
  if (others.length > 0) {
    const more = others.length > 3 ? " and others" : "";
    warn(
      `${folder}: skipped ${counted(others.length, "file that is", "files that are")} not images or captions: ${others.slice(0, 3).join(", ")}${more}.`,
    );
  }
  // A link that leads nowhere is an image like one that is damaged: left out where it is read, and named there.
  const paths = [...files.map(({ path }) => path), ...unreadable].sort();
  const all = new Set(paths);
  return paths
    .filter((path) => isImageName(path))
    .filter((path) => !path.endsWith("-base.png") || !all.has(path.replace(/-base\.png$/, ".png")))
    .map((path) => ({ path: join(folder, path), id: path }));
}

async function readList(file: string): Promise<ListedImage[]> {
  const lines = splitLines(decodeText(file, await readFile(file))).filter((line) => line !== "");
  const isUnique = new Set(lines.map((line) => basename(line))).size === lines.length;
  return lines.map((line) => ({
    path: resolve(dirname(file), line),
    id: isUnique ? basename(line) : toRelativePath(line),
  }));
}

/**
 * The caption of each image, null where there is none.
 *
 * Without `captionFile`: the files next to the images, as in imports (see `pairCaptions`); of several captions the
 * first. With one: captions by name in any format of caption files, or as many texts as there are images, in the
 * images' order.
 *
 * @param warn told of caption files beside the images that could not be used
 * @throws SemblanceError `not_found`, `invalid_file`, `unsupported_file` naming the caption file and what is wrong
 */
export async function readCaptions(
  images: readonly ListedImage[],
  captionFile?: string,
  warn: (message: string) => void = () => {},
): Promise<(string | null)[]> {
  if (captionFile !== undefined) return captionsOfFile(images, captionFile);
  const { captions, remarks } = await captionsBeside(
    images.map(({ path }) => path),
    rootOf(images),
  );
  for (const { message, remedy } of remarks) warn(`${message} ${remedy}`);
  return images.map(({ path }) => captions.get(path)?.[0] ?? null);
}

async function captionsOfFile(
  images: readonly ListedImage[],
  captionFile: string,
): Promise<(string | null)[]> {
  const entries = readCaptionEntries(captionFile, await readCaptionBytes(captionFile));
  const [one, many] = captionFile.toLowerCase().endsWith(".txt")
    ? ["line", "lines"]
    : ["caption", "captions"];
  const count = counted(entries.length, one!, many!);
  if (entries.every(({ isBare }) => isBare)) {
    if (entries.length === images.length) return entries.map(({ caption }) => caption || null);
    throw invalid(captionFile, `has ${count} for ${counted(images.length, "image", "images")}`);
  }
  const unnamed = entries.find(({ image }) => !image);
  if (unnamed) throw invalid(captionFile, `does not name the image of the caption in ${unnamed.place}`);
  const captionOf = new Map<string, string>();
  const find = imageFinder(images);
  for (const { image, caption } of entries) {
    const id = find(image!);
    if (id !== null && caption !== "" && !captionOf.has(id)) captionOf.set(id, caption);
  }
  if (captionOf.size > 0) return images.map(({ id }) => captionOf.get(id) ?? null);
  throw invalid(
    captionFile,
    `names none of the images: it has ${entries[0]!.image}, but they have names like ${images[0]!.id}`,
  );
}

/**
 * The id of the image that a caption file names: the one whose path ends so, with or without the ending. Names that
 * fit several find none, unless they are one image's whole id.
 */
function imageFinder(images: readonly ListedImage[]): (name: string) => string | null {
  const fold = (text: string) => text.toLowerCase();
  const keep = (text: string) => text;
  const known = images.map(({ path, id }) => {
    const whole = `/${toRelativePath(resolve(path)).normalize("NFC")}`;
    return { id, ends: [whole, stemOf(whole)] };
  });
  const byBase = new Map<string, (typeof known)[number][]>();
  for (const image of known) {
    for (const base of new Set(image.ends.map((end) => fold(posix.basename(end))))) {
      byBase.set(base, [...(byBase.get(base) ?? []), image]);
    }
  }
  return (name) => {
    const written = toRelativePath(name).normalize("NFC");
    const candidates = byBase.get(fold(posix.basename(written))) ?? [];
    for (const form of [keep, fold]) {
      for (const at of [0, 1]) {
        const found = candidates.filter(({ ends }) => form(ends[at]!).endsWith(form(`/${written}`)));
        if (found.length === 1) return found[0]!.id;
        const [exact] = found.filter(({ id }) => id.normalize("NFC") === written);
        if (exact) return exact.id;
      }
    }
    return null;
  };
}

/**
 * For each generated image the id of the real one that its caption describes: the one of the same path without the
 * ending, else the first that has this caption beside it; null where there is neither. Of several of one stem the
 * first that can be decoded is taken.
 */
export async function pairWithReal(
  generated: readonly { id: string; caption: string | null }[],
  real: readonly ListedImage[],
): Promise<(string | null)[]> {
  const byName = new Map<string, string>();
  const byCaption = new Map<string, string>();
  const { captions } = await captionsBeside(
    real.map(({ path }) => path),
    rootOf(real),
  );
  for (const { path, id } of await withoutDamagedTwins(real)) {
    const stem = stemOf(id);
    if (!byName.has(stem)) byName.set(stem, id);
    for (const caption of captions.get(path) ?? []) {
      if (!byCaption.has(caption.toLowerCase())) byCaption.set(caption.toLowerCase(), id);
    }
  }
  return generated.map(
    ({ id, caption }) => byName.get(stemOf(id)) ?? byCaption.get(caption?.trim().toLowerCase() ?? "") ?? null,
  );
}

/** Of several images of one stem those that can be decoded, where any can: dog.png stands for a damaged dog.jpg. */
async function withoutDamagedTwins(images: readonly ListedImage[]): Promise<ListedImage[]> {
  const byStem = new Map<string, ListedImage[]>();
  for (const image of images) {
    const stem = stemOf(image.id);
    byStem.set(stem, [...(byStem.get(stem) ?? []), image]);
  }
  const kept = new Set<ListedImage>();
  for (const twins of byStem.values()) {
    const intact = [];
    if (twins.length > 1) {
      for (const twin of twins) if ((await findImageFault(twin.path)) === null) intact.push(twin);
    }
    for (const twin of intact.length > 0 ? intact : twins) kept.add(twin);
  }
  return images.filter((image) => kept.has(image));
}

/** The folder that the ids are seen from, where there is one. */
function rootOf(images: readonly ListedImage[]): string | undefined {
  const [first] = images;
  if (first === undefined || first.path.length <= first.id.length) return undefined;
  return first.path.slice(0, -first.id.length);
}

function invalid(file: string, what: string): SemblanceError {
  return new SemblanceError("invalid_file", `${file} ${what}.`, {
    remedy:
      "Give a .csv with the columns file_name and caption, a .json of captions by file name, or one line per image.",
  });
}
