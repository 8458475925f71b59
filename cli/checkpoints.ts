/** `semblance checkpoints`: registers, lists, exports and deletes models. */
import { readFile } from "node:fs/promises";
import { basename, extname, resolve } from "node:path";
import { deleteCheckpoint } from "@/lib/checkpoints/delete-checkpoint";
import { listCheckpoints } from "@/lib/checkpoints/list-checkpoints";
import { registerCheckpoint } from "@/lib/checkpoints/register-checkpoint";
import { SemblanceError } from "@/lib/errors";
import { operatorFiles } from "@/lib/platform/server-files/file-access";
import { type ExportOptions, exportCheckpoint } from "./export-checkpoint";
import { findByName } from "./find-by-name";
import { toTable } from "./table";

type Output = Pick<NodeJS.WriteStream, "write">;

/**
 * @param verb list | register FILE | export NAME | delete NAME
 * @returns the exit code: 0
 * @throws SemblanceError as registerCheckpoint, exportCheckpoint and deleteCheckpoint; `invalid_input` for another verb
 */
export async function checkpoints(
  verb: string,
  subject: string | undefined,
  options: { name?: string; options?: string; key?: string } & ExportOptions = {},
  output: Output = process.stdout,
): Promise<number> {
  switch (verb) {
    case "list": {
      const { checkpoints: rows } = await listCheckpoints({ pageSize: 1000, sort: "name", order: "asc" });
      output.write(
        toTable(
          ["name", "part", "pixels", "parameters", "sha256"],
          rows.map((row) => [
            row.name,
            row.part.toLowerCase(),
            row.imageSizePx,
            row.parameterCount,
            row.sha256.slice(0, 12),
          ]),
        ),
      );
      return 0;
    }
    case "register": {
      const path = resolve(needed(subject));
      const name = options.name ?? basename(path, extname(path));
      const { part, notes } = await registerCheckpoint(
        {
          name,
          source: { kind: "file", path },
          options: options.options ? await readFile(options.options, "utf8") : "",
          key: options.key,
        },
        operatorFiles,
      );
      output.write(`${name}: ${part === "BASE" ? "a base model" : "an upsampler"}\n`);
      for (const note of notes) output.write(`${note}\n`);
      return 0;
    }
    case "export": {
      const { id } = await findByName("checkpoint", subject);
      const path = await exportCheckpoint(id, options);
      output.write(`${path}\n`);
      return 0;
    }
    case "delete":
      await deleteCheckpoint((await findByName("checkpoint", subject)).id);
      return 0;
    default:
      throw new SemblanceError("invalid_input", `semblance checkpoints has no action “${verb}”.`, {
        remedy: "Actions are list, register, export and delete.",
      });
  }
}

function needed(subject: string | undefined): string {
  if (subject !== undefined) return subject;
  throw new SemblanceError("invalid_input", "Give the file of weights to register.", {
    remedy: "npx semblance checkpoints register base.pt --name glide",
  });
}
