/** COCO's caption annotations: images by number, and captions that give the number of their image. */
import { z } from "zod";
import { type CaptionFormat, captionFileError } from "./caption-format";
import { parseJson } from "./json";

const identifier = z.union([z.number().int(), z.string()]);
const cocoFile = z.object({
  images: z.array(z.object({ id: identifier, file_name: z.string() })),
  annotations: z.array(z.object({ image_id: identifier, caption: z.string() })),
});

export const cocoFormat: CaptionFormat = {
  extensions: [".json"],
  description: ".json of COCO's captions, with images and annotations",
  claims: (text) => /"annotations"\s*:\s*\[/.test(text) && /"images"\s*:\s*\[/.test(text),
  read(text, file) {
    const parsed = cocoFile.safeParse(parseJson(text, file));
    if (!parsed.success) {
      const issue = parsed.error.issues[0]!;
      throw captionFileError(
        file,
        `is not a file of COCO's captions (${issue.path.join(".")}: ${issue.message})`,
        "Give the captions_….json file, not instances or keypoints.",
      );
    }
    const { images, annotations } = parsed.data;
    const nameOf = new Map<number | string, string>();
    for (const { id, file_name } of images) {
      if (nameOf.has(id) && nameOf.get(id) !== file_name) {
        throw captionFileError(file, `has two images with the id ${id}`, "Give each image an id of its own.");
      }
      nameOf.set(id, file_name);
    }
    return annotations.map(({ image_id, caption }, index) => {
      const image = nameOf.get(image_id);
      const place = `annotation ${index + 1}`;
      if (image === undefined) {
        throw captionFileError(
          file,
          `has no image with the id ${image_id}, which ${place} is of`,
          "Add it to images.",
        );
      }
      return { image, isBare: false, caption: caption.trim(), place };
    });
  },
};
