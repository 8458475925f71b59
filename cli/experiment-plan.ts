/** The plan of `semblance experiment`: its settings, the rows of its table, and the images of each. */
import { writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { stemOf } from "@/lib/datasets/file-names";
import { sampleSettings, seedsOf } from "@/lib/diffusion/sampling/sample-settings";
import type { CaptionedImage } from "@/lib/diffusion/training/captioned-image";
import { fineTuneSettings } from "@/lib/diffusion/training/fine-tune-settings";
import { counted } from "@/lib/text/counted";

/** Epochs are the experiment's rows, and previews are its figures. */
export const experimentTraining = fineTuneSettings.omit({
  epochs: true,
  keepEpochs: true,
  previewCaptions: true,
  previewSeed: true,
  previewEverySteps: true,
});

export const experimentDrawing = sampleSettings;

export type Drawing = ReturnType<typeof experimentDrawing.parse>;

export const modelParts = ["base", "upsampler"] as const;
export type ModelPart = (typeof modelParts)[number];

/** A row of the table: which models drew its images. `epochs` is null where neither was fine-tuned. */
export type ExperimentArm = {
  readonly group: string;
  readonly name: string;
  readonly epochs: number | null;
  readonly models: Readonly<Record<ModelPart, string>>;
  readonly folder: string;
};

/** The two resolutions of GLIDE: what the base draws, and what the upsampler makes of it. */
const sidesPx = [64, 256];

/** Table 1's rows: in a group the upsampler has learnt for so many epochs, and the base has not or has. */
export function planArms(
  out: string,
  original: Record<ModelPart, string>,
  tuned: ReadonlyMap<number, Record<ModelPart, string>>,
): ExperimentArm[] {
  const toArm = (folder: string, arm: Omit<ExperimentArm, "folder">) => ({
    ...arm,
    folder: join(out, "images", folder),
  });
  return [
    toArm("original", { group: "not fine-tuned", name: "real / original", epochs: null, models: original }),
    ...[...tuned].flatMap(([epochs, models]) => [
      toArm(`${epochs}-epochs-original`, {
        group: counted(epochs, "epoch", "epochs"),
        name: "real / original",
        epochs,
        models: { ...models, base: original.base },
      }),
      toArm(`${epochs}-epochs-fine-tuned`, {
        group: counted(epochs, "epoch", "epochs"),
        name: "real / fine-tuned",
        epochs,
        models,
      }),
    ]),
  ];
}

/** The photograph's path in its folder, without its ending. */
export const photographStem = ({ name, path }: CaptionedImage) => stemOf(name ?? basename(path));

/** Path of a generated image's files, without what follows: the photograph's, and the seed. */
export const imageStem = (image: CaptionedImage, seed: number) => `${photographStem(image)}-${seed}`;

/** The sets as `semblance table` takes them: at 64 px the base's images, at 256 px the finished ones. */
export async function listSides(
  arms: readonly ExperimentArm[],
  images: readonly CaptionedImage[],
  settings: Drawing,
): Promise<string[]> {
  const sets = [];
  for (const { group, name, folder } of arms) {
    for (const sidePx of sidesPx) {
      const ending = sidePx === 64 ? "-base.png" : ".png";
      const files = images.flatMap((image) =>
        seedsOf(settings).map((seed) => `${imageStem(image, seed)}${ending}\n`),
      );
      const list = join(folder, `${sidePx}-px.txt`);
      await writeFile(list, files.join(""));
      sets.push(`${group}/${name}@${sidePx}=${list}`);
    }
  }
  return sets;
}

/** Captions of every image, by file name. */
export function captionsByFile(images: readonly CaptionedImage[], settings: Drawing): Record<string, string> {
  return Object.fromEntries(
    images.flatMap((image) =>
      seedsOf(settings).flatMap((seed) =>
        ["", "-base"].map((ending) => [`${imageStem(image, seed)}${ending}.png`, image.captions[0]!]),
      ),
    ),
  );
}
