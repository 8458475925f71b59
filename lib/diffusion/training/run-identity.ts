/**
 * By what a training run is recognised when it is continued: the content of everything that decides its weights.
 * `run.json` in the run's folder keeps it, so that what changed can be named.
 */
import { createHash } from "node:crypto";
import { readFile, rename, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { z } from "zod";
import { SemblanceError } from "@/lib/errors";
import { captionSubjects } from "./augmentation/augmentation";
import type { CaptionedImage } from "./captioned-image";
import type { ContentHashes } from "./content-hashes";
import { settingsThatDecideWeights } from "./fine-tune-settings";
import type { TrainingRequest } from "./training-request";

const runIdentity = z.object({
  options: z.record(z.string(), z.unknown()),
  settings: z.record(z.string(), z.unknown()),
  /** Null: from scratch. */
  start: z.object({ sha256: z.string(), key: z.string().nullable() }).nullable(),
  /**
   * The images, in the order in which they are drawn from. `sha256` is null for one that is not there. The key is hashed,
   * so it must stay for unfinished runs to be recognised.
   */
  pictures: z.array(
    z.object({
      name: z.string(),
      sha256: z.string().nullable(),
      captions: z.array(z.string()).readonly(),
      /** Of runs with a balance, or with augmentations that spare captions. */
      weight: z.number().optional(),
      subjects: z
        .array(z.array(z.enum(captionSubjects)).readonly())
        .readonly()
        .optional(),
    }),
  ),
  /** Class images, hash and captions; absent without prior preservation. */
  classImages: z.array(z.tuple([z.string().nullable(), z.array(z.string()).readonly()])).optional(),
});
export type RunIdentity = z.output<typeof runIdentity>;

const fileName = "run.json";

/** Reads every file that is not known by its hash already. */
export async function identifyRun(
  request: TrainingRequest,
  hashes: ContentHashes,
  classImages: readonly CaptionedImage[] | null = null,
): Promise<RunIdentity> {
  const { options, settings, images, startWeightsPath, startSha256, startKey = null } = request;
  return {
    options,
    settings: settingsThatDecideWeights(settings),
    start:
      startWeightsPath === null
        ? null
        : { sha256: startSha256 ?? (await hashes.of(startWeightsPath)), key: startKey },
    pictures: await Promise.all(
      images.map(async ({ path, name, sha256, captions, weight, subjects }) => ({
        name: name ?? basename(path),
        // One that cannot be read takes no part in the run, which names it.
        sha256: sha256 ?? (await hashes.of(path).catch(() => null)),
        captions,
        ...(weight === undefined ? {} : { weight }),
        ...(subjects === undefined ? {} : { subjects }),
      })),
    ),
    ...(classImages && {
      classImages: await Promise.all(
        classImages.map(
          async ({ path, sha256, captions }): Promise<[string | null, readonly string[]]> => [
            sha256 ?? (await hashes.of(path).catch(() => null)),
            captions,
          ],
        ),
      ),
    }),
  };
}

/** Equal for runs that lead to the same weights. Names and places of files do not matter: a folder may be moved. */
export function toFingerprint({ options, settings, start, pictures, classImages }: RunIdentity): string {
  const deciding = {
    options,
    settings,
    start,
    pictures: pictures.map(({ sha256, captions, weight, subjects }) => [
      sha256,
      captions,
      ...(weight === undefined && subjects === undefined ? [] : [{ weight, subjects }]),
    ]),
    ...(classImages && { classImages }),
  };
  return createHash("sha256").update(JSON.stringify(deciding)).digest("hex");
}

export async function keepIdentity(directory: string, identity: RunIdentity): Promise<void> {
  const path = join(directory, fileName);
  await writeFile(`${path}.partial`, `${JSON.stringify(identity)}\n`);
  await rename(`${path}.partial`, path);
}

/** The error for a folder that holds another run, naming what is different. */
export async function otherRunError(directory: string, now: RunIdentity): Promise<SemblanceError> {
  // Not there, or half of it after a power cut: then it cannot be told what changed.
  const before = await readFile(join(directory, fileName), "utf8")
    .then((text) => runIdentity.parse(JSON.parse(text)))
    .catch(() => null);
  const changes = before ? listChanges(before, now) : [];
  const what = changes.length > 0 ? changes.join("; ") : "settings, model or images differ";
  return new SemblanceError("conflict", `${directory} holds another run: ${what}.`, {
    remedy: "Choose another folder for this run (--out), or resume the other run with its original inputs.",
    details: { changes },
  });
}

/** Names that a message lists. */
const namesShown = 3;

function listChanges(before: RunIdentity, now: RunIdentity): string[] {
  const changes: string[] = [];
  for (const group of ["settings", "options"] as const) {
    const keys = new Set([...Object.keys(before[group]), ...Object.keys(now[group])]);
    for (const key of keys) {
      const [old, other] = [before[group][key], now[group][key]].map(
        (value) => JSON.stringify(value) ?? "unset",
      );
      if (old !== other) changes.push(`${key} is ${other} instead of ${old}`);
    }
  }
  if (JSON.stringify(before.start) !== JSON.stringify(now.start)) {
    changes.push("the starting checkpoint has changed");
  }
  if (JSON.stringify(before.classImages) !== JSON.stringify(now.classImages)) {
    changes.push("the class images have changed");
  }
  const old = new Map(before.pictures.map((image) => [image.name, image]));
  const there = new Set(now.pictures.map(({ name }) => name));
  const added: string[] = [];
  const replaced: string[] = [];
  const recaptioned: string[] = [];
  const reweighted: string[] = [];
  for (const { name, sha256, captions, weight, subjects } of now.pictures) {
    const known = old.get(name);
    if (!known) added.push(name);
    else if (known.sha256 !== sha256) replaced.push(name);
    else if (JSON.stringify(known.captions) !== JSON.stringify(captions)) recaptioned.push(name);
    else if (JSON.stringify([known.weight, known.subjects]) !== JSON.stringify([weight, subjects]))
      reweighted.push(name);
  }
  const removed = before.pictures.map(({ name }) => name).filter((name) => !there.has(name));
  for (const [names, what] of [
    [replaced, "different contents"],
    [recaptioned, "different captions"],
    [reweighted, "a different weight, or words that augmentation spares"],
    [added, "been added"],
    [removed, "been removed"],
  ] as const) {
    if (names.length === 0) continue;
    const more = names.length > namesShown ? ` and ${names.length - namesShown} more` : "";
    const verb = names.length === 1 ? "has" : "have";
    changes.push(`${names.slice(0, namesShown).join(", ")}${more} ${verb} ${what}`);
  }
  if (changes.length === 0 && toFingerprint(before) !== toFingerprint(now))
    changes.push("the images are in a different order");
  return changes;
}
