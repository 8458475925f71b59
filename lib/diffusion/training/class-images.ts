/** The class images of prior preservation: those given, or as many as the model that the run starts from draws of the class. */
import { createHash } from "node:crypto";
import { mkdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { SemblanceError } from "@/lib/errors";
import { openModel } from "../model/open-model";
import { createImageSampler, defaultSamplingSettings } from "../sampling/sample-image";
import { pauseFor } from "./cancellation";
import type { CaptionedImage } from "./captioned-image";
import type { ContentHashes } from "./content-hashes";
import { exists } from "./file-exists";
import { writePng } from "./training-previews";
import type { TrainingRequest } from "./training-request";
import { pickImages } from "./validation-images";

/** Class images are the class prompt's samples of these seeds, from 0. */
const firstSeed = 0;

/**
 * Null without prior preservation. What is drawn is kept in a folder named by everything that decides it, one file for each
 * image: a run that is interrupted draws the rest, and another run of the same model and prompt draws nothing.
 *
 * @throws SemblanceError `invalid_input` where there are none and none can be drawn; `cancelled`
 */
export async function findClassImages(
  request: TrainingRequest,
  hashes: ContentHashes,
): Promise<readonly CaptionedImage[] | null> {
  const { settings, classImages } = request;
  const { priorWeight, classPrompt, classImageCount, seed } = settings;
  if (priorWeight === 0) return null;
  if (classImages === undefined) return drawClassImages(request, hashes);
  if (classImages.length === 0) {
    throw new SemblanceError("invalid_input", "There are no class images for prior preservation.", {
      remedy:
        "Name images of the class (classImages), or leave it empty to have them drawn from the class prompt.",
    });
  }
  const picked = pickImages(classImages, classImageCount, seed);
  return classPrompt === "" ? picked : picked.map((image) => ({ ...image, captions: [classPrompt] }));
}

async function drawClassImages(
  request: TrainingRequest,
  hashes: ContentHashes,
): Promise<readonly CaptionedImage[]> {
  const {
    options,
    startOptions = options,
    settings,
    startWeightsPath,
    startKey,
    provider,
    threads,
  } = request;
  const { classPrompt, classImageCount } = settings;
  if (startWeightsPath === null || startOptions.super_res || classPrompt === "") throw cannotDraw(request);
  const start = request.startSha256 ?? (await hashes.of(startWeightsPath));
  const deciding = [startOptions, start, startKey ?? null, classPrompt, defaultSamplingSettings, firstSeed];
  const key = createHash("sha256").update(JSON.stringify(deciding)).digest("hex");
  const folder = join(request.classImageFolder ?? join(request.directory, "class-images"), key);
  await mkdir(folder, { recursive: true });
  const paths = Array.from({ length: classImageCount }, (_, number) =>
    join(folder, `${String(number).padStart(5, "0")}.png`),
  );
  const there = await Promise.all(paths.map(exists));
  const tell = (done: number) =>
    request.onEvent?.({ type: "class-images", done, total: classImageCount, folder });
  let done = there.filter((isThere) => isThere).length;
  tell(done);
  if (done < classImageCount) {
    const base = await openModel(startWeightsPath, startOptions, { ...(startKey && { key: startKey }) });
    const sampler = createImageSampler({ base, ...(provider && { provider }), ...(threads && { threads }) });
    try {
      for (const [number, path] of paths.entries()) {
        if (there[number]) continue;
        const drawn = await sampler.sampleImage({
          caption: classPrompt,
          seed: firstSeed + number,
          onStep: () => pauseFor(request.signal),
        });
        await writePng(drawn.base, `${path}.partial`);
        await rename(`${path}.partial`, path);
        tell(++done);
      }
    } finally {
      await sampler.release();
    }
  }
  return paths.map((path) => ({ path, captions: [classPrompt] }));
}

function cannotDraw({ startWeightsPath, settings }: TrainingRequest): SemblanceError {
  if (settings.classPrompt === "") {
    return new SemblanceError("invalid_input", "Prior preservation needs images of the class.", {
      remedy: "Give a class prompt to have them drawn (classPrompt), or name existing images (classImages).",
    });
  }
  const reason =
    startWeightsPath === null
      ? "A model trained from scratch cannot draw class images: it knows no class yet."
      : "An upsampler cannot draw class images.";
  return new SemblanceError("invalid_input", reason, {
    remedy: "Name existing images of the class (classImages), or set priorWeight to 0.",
  });
}
