/** Fits the attribute reader on images of the original set, by what they show. */
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { decodeImage } from "@/lib/images/decode-image";
import { AttributeReader } from "../fidelity/attribute-reader";
import { readSizePx } from "../fidelity/palette-features";
import { drawImageFiles } from "../world/image-files";

/** From about 800 on, none of the images kept back is misread. */
const readerImages = 1500;

export async function fitReader(work: string, path: string): Promise<void> {
  const files = await drawImageFiles("original", readerImages, {
    folder: join(work, "images"),
    sizePx: readSizePx,
  });
  const examples = [];
  for (const { path: file, image } of files) {
    examples.push({ ...image.shown, data: (await decodeImage(file)).data });
  }
  await mkdir(dirname(path), { recursive: true });
  await AttributeReader.fit(examples).save(path);
}
