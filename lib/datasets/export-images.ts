/** A dataset as files that other programs read: imagefolder, WebDataset or Parquet. Imports read each back as it was. */
import { createWriteStream } from "node:fs";
import { type FileHandle, mkdir, open, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { SchemaElement } from "hyparquet";
import { fileWriter, parquetWriteRows } from "hyparquet-writer";
import { pack } from "tar-stream";
import { SemblanceError } from "@/lib/errors";
import type { Split } from "@/lib/generated/prisma/enums";
import { imageEnding } from "@/lib/images/image-formats";
import { writeZip, type ZipEntry } from "@/lib/platform/storage/write-zip";
import type { Categories } from "./caption-formats/categories";
import { exportedFields } from "./caption-formats/exported-fields";
import { toRelativePath } from "./file-names";

export const exportLayouts = ["imagefolder", "webdataset", "parquet"] as const;
export type ExportLayout = (typeof exportLayouts)[number];

/** @throws SemblanceError `invalid_input` for another name */
export function toExportLayout(name: string): ExportLayout {
  const layout = exportLayouts.find((each) => each === name);
  if (layout !== undefined) return layout;
  throw new SemblanceError("invalid_input", `“${name}” is no layout for exports.`, {
    remedy: `Use --as ${exportLayouts.join(", --as ")}.`,
  });
}

export type ExportedImage = {
  /** Its path without the extension. */
  readonly stem: string;
  readonly mediaType: string;
  readonly captions: readonly ExportedCaption[];
  /** Undefined for samples. */
  readonly split?: Split;
  readonly read: () => Promise<Buffer>;
};

export type ExportedCaption = { readonly text: string; readonly categories: Categories };

/** Images that each shard of a WebDataset holds at most. */
const shardSize = 10_000;

/**
 * @param images in their order, taken one after the other
 * @param folder is made; files of another export in it are not touched
 * @returns how many images were written
 * @throws SemblanceError `conflict` where a file of the export is there already
 */
export async function exportImages(
  images: AsyncIterable<ExportedImage>,
  layout: ExportLayout,
  folder: string,
): Promise<number> {
  await mkdir(folder, { recursive: true });
  return writers[layout](images, folder);
}

const writers = { imagefolder, webdataset, parquet } as const satisfies Record<
  ExportLayout,
  (images: AsyncIterable<ExportedImage>, folder: string) => Promise<number>
>;

/** What `exportFile` calls the file. */
export function exportFileName(layout: ExportLayout): string {
  return fileNames[layout];
}

const fileNames = {
  imagefolder: "imagefolder.zip",
  webdataset: "webdataset.tar",
  parquet: "images.parquet",
} as const satisfies Record<ExportLayout, string>;

export const exportMediaTypes = {
  imagefolder: "application/zip",
  webdataset: "application/x-tar",
  parquet: "application/vnd.apache.parquet",
} as const satisfies Record<ExportLayout, string>;

/**
 * As `exportImages`, as a single file, to be downloaded.
 *
 * @param path of a file that is not there yet
 * @throws SemblanceError `too_large` for more than a zip file holds
 */
export async function exportFile(
  images: AsyncIterable<ExportedImage>,
  layout: ExportLayout,
  path: string,
): Promise<number> {
  return fileWriters[layout](images, path);
}

const fileWriters = { imagefolder: zipImagefolder, webdataset: writeTar, parquet: writeParquet } as const;

async function zipImagefolder(images: AsyncIterable<ExportedImage>, path: string): Promise<number> {
  let count = 0;
  async function* entries(): AsyncGenerator<ZipEntry> {
    const lines: string[] = [];
    for await (const image of images) {
      const name = fileNameOf(image);
      lines.push(metadataLines(name, image));
      yield { name, bytes: await image.read(), isPacked: true };
      count++;
    }
    yield { name: "metadata.jsonl", bytes: Buffer.from(lines.join("")), isPacked: false };
  }
  await writeZip(path, entries(), {
    message: "The images do not fit into a zip file.",
    remedy: "Export them as WebDataset or Parquet, or into a folder on the command line.",
  });
  return count;
}

/** A line per caption. @param file_name of its image, or what stands for one */
export function metadataLines(
  file_name: string,
  { captions, split }: Pick<ExportedImage, "captions" | "split">,
): string {
  return captions
    .map(({ text, categories }) => ({ file_name, text, ...exportedFields(categories, split) }))
    .map((line) => `${JSON.stringify(line)}\n`)
    .join("");
}

/** Files under their own paths, with a metadata.jsonl that has a line per caption. */
async function imagefolder(images: AsyncIterable<ExportedImage>, folder: string): Promise<number> {
  const metadata = await create(join(folder, "metadata.jsonl"));
  let count = 0;
  try {
    for await (const image of images) {
      const name = fileNameOf(image);
      const path = join(folder, name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, await image.read(), { flag: "wx" }).catch((error) => throwConflict(path, error));
      await metadata.write(metadataLines(name, image));
      count++;
    }
  } finally {
    await metadata.close();
  }
  return count;
}

/** Shards of KEY.jpg, KEY.txt with a caption per line, and KEY.json, as img2dataset has them. */
async function webdataset(images: AsyncIterable<ExportedImage>, folder: string): Promise<number> {
  const iterator = images[Symbol.asyncIterator]();
  let next = await iterator.next();
  let count = 0;
  for (let shard = 0; !next.done; shard++) {
    const path = join(folder, `${String(shard).padStart(5, "0")}.tar`);
    async function* ofShard() {
      for (let inShard = 0; inShard < shardSize && !next.done; inShard++) {
        yield next.value;
        next = await iterator.next();
      }
    }
    count += await writeTar(ofShard(), path);
  }
  return count;
}

async function writeTar(images: AsyncIterable<ExportedImage>, path: string): Promise<number> {
  await (await create(path)).close();
  const archive = pack();
  const written = pipeline(Readable.from(archive), createWriteStream(path));
  let count = 0;
  try {
    for await (const image of images) {
      const key = toRelativePath(image.stem);
      await addEntry(archive, fileNameOf(image), await image.read());
      // A line break in a caption would make two of it.
      const captions = image.captions.map(({ text }) => text);
      const isPlain = captions.every((caption) => !/[\r\n]/.test(caption));
      if (isPlain) await addEntry(archive, `${key}.txt`, Buffer.from(`${captions.join("\n")}\n`));
      const categories = image.captions.map((caption) => caption.categories);
      const description = { key, caption: captions[0], captions, ...exportedFields(categories, image.split) };
      await addEntry(archive, `${key}.json`, Buffer.from(JSON.stringify(description)));
      count++;
    }
    archive.finalize();
  } catch (error) {
    archive.destroy();
    await written.catch(() => {});
    throw error;
  }
  await written;
  return count;
}

/** Resolves when the stream wants more. */
function addEntry(archive: ReturnType<typeof pack>, name: string, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    archive.entry({ name, size: bytes.length, mtime: new Date(0) }, bytes, (error) =>
      error ? reject(error) : resolve(),
    );
  });
}

async function parquet(images: AsyncIterable<ExportedImage>, folder: string): Promise<number> {
  return writeParquet(images, join(folder, "train-00000-of-00001.parquet"));
}

/** With a struct of bytes and path, lists of captions and of their categories, and the split, in groups of a hundred rows, as the Hub has them. */
async function writeParquet(images: AsyncIterable<ExportedImage>, path: string): Promise<number> {
  await (await create(path)).close();
  let count = 0;
  async function* rows() {
    for await (const image of images) {
      count++;
      yield {
        image: { bytes: await image.read(), path: fileNameOf(image) },
        text: image.captions.map(({ text }) => text),
        // The names differ from dataset to dataset, and a struct's are those of the file.
        categories: image.captions.map(({ categories }) => JSON.stringify(categories)),
        split: exportedFields({}, image.split).split ?? null,
      };
    }
  }
  await parquetWriteRows({
    writer: fileWriter(path),
    rows: rows(),
    columns: [{ name: "image" }, { name: "text" }, { name: "categories" }, { name: "split" }],
    schema: [
      { name: "schema", num_children: 4 },
      { name: "image", num_children: 2, repetition_type: "OPTIONAL" },
      { name: "bytes", type: "BYTE_ARRAY", repetition_type: "OPTIONAL" },
      { name: "path", type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type: "OPTIONAL" },
      ...textList("text"),
      ...textList("categories"),
      { name: "split", type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type: "OPTIONAL" },
    ],
    rowGroupSize: 100,
    statistics: false,
  });
  return count;
}

function textList(name: string): SchemaElement[] {
  return [
    { name, num_children: 1, converted_type: "LIST", repetition_type: "OPTIONAL" },
    { name: "list", num_children: 1, repetition_type: "REPEATED" },
    { name: "element", type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type: "OPTIONAL" },
  ];
}

function fileNameOf({ stem, mediaType }: ExportedImage): string {
  return `${toRelativePath(stem)}${imageEnding(mediaType)}`;
}

async function create(path: string): Promise<FileHandle> {
  return open(path, "wx").catch((error) => throwConflict(path, error));
}

/** @throws SemblanceError `conflict` for a file that is there, and any other error as it is */
export function throwConflict(path: string, error: unknown): never {
  if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  throw new SemblanceError("conflict", `${path} is there already.`, {
    remedy: "Give another folder, or remove it.",
    cause: error,
  });
}
