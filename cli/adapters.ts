/** `semblance adapters`: LoRA adapters of the platform. */
import { copyFile, mkdir } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { startMerge } from "@/jobs/merge-adapters/start";
import { deleteAdapter } from "@/lib/adapters/delete-adapter";
import { exportAdapter } from "@/lib/adapters/export-adapter";
import { listAdapters } from "@/lib/adapters/list-adapters";
import { registerAdapter } from "@/lib/adapters/register-adapter";
import { SemblanceError } from "@/lib/errors";
import { anyFile } from "@/lib/platform/server-files/file-access";
import { blobStore } from "@/lib/platform/storage/store-blob";
import { readChosenAdapters } from "./chosen-adapters";
import { findByName } from "./find-by-name";
import { followJob } from "./follow-job";
import { toTable } from "./table";

type Output = Pick<NodeJS.WriteStream, "write">;

export type AdaptersOptions = {
  name?: string;
  base?: string;
  lora?: string | string[];
  loraScale?: string | string[];
  out?: string;
  /** stored or peft; absent: stored. */
  format?: string;
  wait?: boolean;
};

/**
 * @param verb list | register FILE | export NAME | merge NAME | delete NAME
 * @returns the exit code, 0
 */
export async function adapters(
  verb: string,
  subject: string | undefined,
  options: AdaptersOptions = {},
  output: Output = process.stdout,
): Promise<number> {
  switch (verb) {
    case "list": {
      const { adapters: rows } = await listAdapters({ pageSize: 1000 });
      output.write(
        toTable(
          ["name", "rank", "alpha", "weights", "from"],
          rows.map((row) => [row.name, row.rank, row.alpha, row.weightCount, row.fineTune?.name ?? "a file"]),
        ),
      );
      return 0;
    }
    case "register": {
      if (subject === undefined) {
        throw new SemblanceError("invalid_input", "Give the adapter's file.", {
          remedy: "npx semblance adapters register FILE",
        });
      }
      const path = resolve(subject);
      const name = options.name ?? basename(path).replace(/\.safetensors$/i, "");
      await registerAdapter({ name, source: { kind: "file", path } }, anyFile);
      output.write(`${name}: an adapter\n`);
      return 0;
    }
    case "export": {
      const { id, name } = await findByName("adapter", subject);
      const { format = "stored" } = options;
      if (format === "peft") {
        output.write(`${await writePeftFolder(id, resolve(options.out ?? `${name}-peft`))}\n`);
        return 0;
      }
      if (format !== "stored") {
        throw new SemblanceError("invalid_input", `“${format}” is no format for exports of adapters.`, {
          remedy: "Use --format stored or --format peft.",
        });
      }
      const { adapters: rows } = await listAdapters({ ids: [id] });
      const out = resolve(options.out ?? `${name}.safetensors`);
      const { path, release } = await blobStore().toLocalFile(rows[0]!.blobSha256);
      await copyFile(path, out).finally(release);
      output.write(`${out}\n`);
      return 0;
    }
    case "merge": {
      if (subject === undefined) {
        throw new SemblanceError("invalid_input", "Give the merged model a name.", {
          remedy: "npx semblance adapters merge NAME --base MODEL --lora ADAPTER",
        });
      }
      const { jobId } = await startMerge({
        name: subject,
        baseCheckpointId: (await findByName("checkpoint", options.base)).id,
        adapters: await readChosenAdapters(options),
      });
      if (options.wait === false) output.write(`${jobId}\n`);
      else await followJob(jobId);
      return 0;
    }
    case "delete":
      await deleteAdapter((await findByName("adapter", subject)).id);
      return 0;
    default:
      throw new SemblanceError("invalid_input", `semblance adapters has no action “${verb}”.`, {
        remedy: "Actions are list, register, export, merge and delete.",
      });
  }
}

/** @returns the folder */
async function writePeftFolder(id: string, folder: string): Promise<string> {
  await mkdir(folder).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== "EEXIST") throw cause;
    throw new SemblanceError("conflict", `${folder} is there already.`, {
      remedy: "Give another folder with --out, or remove it.",
      cause,
    });
  });
  await exportAdapter(id, folder);
  return folder;
}
