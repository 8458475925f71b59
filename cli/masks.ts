/** `semblance masks`: masks of images, by which inpainting models are judged. */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { startMaskImport } from "@/jobs/import-masks/start";
import { SemblanceError } from "@/lib/errors";
import { deleteMaskSet } from "@/lib/mask-sets/delete-mask-set";
import { getMaskSet, listMaskSets } from "@/lib/mask-sets/list-mask-sets";
import { counted } from "@/lib/text/counted";
import { importSource } from "./datasets";
import { findByName } from "./find-by-name";
import { followJob } from "./follow-job";
import { toTable } from "./table";

type Output = Pick<NodeJS.WriteStream, "write">;

export type MasksOptions = { dataset?: string; from?: string; wait?: boolean };

/**
 * @param verb list | import NAME | delete NAME
 * @returns the exit code, 0
 */
export async function masks(
  verb: string,
  name: string | undefined,
  options: MasksOptions = {},
  output: Output = process.stdout,
): Promise<number> {
  switch (verb) {
    case "list": {
      const { maskSets } = await listMaskSets({ pageSize: 1000 });
      output.write(
        toTable(
          ["name", "state", "dataset", "masks", "sample sets"],
          maskSets.map((set) => [
            set.name,
            set.state.toLowerCase(),
            set.dataset.name,
            set.maskCount,
            set.sampleSetCount,
          ]),
        ),
      );
      return 0;
    }
    case "import":
      return importMasks(name, options, output);
    case "delete":
      await deleteMaskSet((await findByName("maskSet", name)).id);
      return 0;
    default:
      throw new SemblanceError("invalid_input", `semblance masks has no action “${verb}”.`, {
        remedy: "Actions are list, import and delete.",
      });
  }
}

/** Without a dataset, a folder with images/ and masks/ makes one of its images first. */
async function importMasks(name: string | undefined, options: MasksOptions, output: Output): Promise<number> {
  if (name === undefined || options.from === undefined) {
    throw new SemblanceError("invalid_input", "Give the masks a name, and say where they are.", {
      remedy: "npx semblance masks import NAME --from FOLDER --dataset DATASET",
    });
  }
  const folder = resolve(options.from);
  const [images, own] = [join(folder, "images"), join(folder, "masks")];
  const isBoth = options.dataset === undefined && existsSync(images) && existsSync(own);
  if (options.dataset === undefined && !isBoth) {
    throw new SemblanceError("invalid_input", "--dataset is missing.", {
      remedy: "Name the dataset of the images, or give a folder with the folders images and masks in it.",
    });
  }
  if (isBoth) await importSource(images, { name });
  const { maskSetId, jobId } = await startMaskImport(
    {
      name,
      datasetId: (await findByName("dataset", options.dataset ?? name)).id,
      source: { kind: "folder", path: isBoth ? own : folder },
    },
    { isOperator: true },
  );
  if (options.wait === false) {
    output.write(`${jobId}\n`);
    return 0;
  }
  await followJob(jobId);
  const { maskCount, dataset } = await getMaskSet(maskSetId);
  output.write(`${name}: ${counted(maskCount, "mask", "masks")} for images of ${dataset.name}\n`);
  return 0;
}
