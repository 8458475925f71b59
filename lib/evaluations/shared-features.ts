/**
 * Features of images in the store that all machines share: what one machine has computed, the others need not. The engine reads
 * and writes them in a folder of its own machine, one file for each image and recipe.
 */
import { mkdir, readdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import pMap from "p-map";
import { dataPaths } from "@/lib/env";
import { isStoreInDataFolder, sharedFiles } from "@/lib/platform/storage/open-store";

/** Files that are on their way at a time. */
const atOnce = 8;
const featurePattern = /^features\/([0-9a-f]{16})\/[0-9a-f]{2}\/([0-9a-f]{64})\.f32$/;

const nameOf = (recipe: string, sha256: string) => `features/${recipe}/${sha256.slice(0, 2)}/${sha256}.f32`;
const pathOf = (name: string) => join(dataPaths().features, name.slice("features/".length));

/**
 * Gets what the store has of some images into this machine's folder.
 *
 * @param sha256s of the images
 * @returns what is to be called once the engine has computed the rest: it keeps that in the store
 * @throws SemblanceError `unavailable`, `disk_full`
 */
export async function takeSharedFeatures(sha256s: readonly string[]): Promise<() => Promise<void>> {
  if (isStoreInDataFolder()) return async () => {};
  const wanted = new Set(sha256s);
  const there = new Set<string>();
  for await (const { name } of sharedFiles().list("features")) {
    const sha256 = featurePattern.exec(name)?.[2];
    if (sha256 !== undefined && wanted.has(sha256)) there.add(name);
  }
  await pMap(
    there,
    async (name) => {
      if (await exists(pathOf(name))) return;
      await mkdir(dirname(pathOf(name)), { recursive: true });
      await sharedFiles().fetch(name, pathOf(name));
    },
    { concurrency: atOnce },
  );
  return async () => {
    const recipes = await readdir(dataPaths().features).catch(() => []);
    const names = recipes.flatMap((recipe) => [...wanted].map((sha256) => nameOf(recipe, sha256)));
    await pMap(
      names.filter((name) => featurePattern.test(name) && !there.has(name)),
      async (name) => {
        if (await exists(pathOf(name))) await sharedFiles().put(name, pathOf(name));
      },
      { concurrency: atOnce },
    );
  };
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
