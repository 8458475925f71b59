/** `semblance storage move`: takes everything in the store to another place, such as from the data folder into a bucket. */
import { resolve } from "node:path";
import { env, type StorePlace, toStorePlace } from "@/lib/env";
import { SemblanceError } from "@/lib/errors";
import { listWorkers } from "@/lib/platform/jobs/list-workers";
import { findRunningServer } from "@/lib/platform/server/server-beacon";
import { copyStore, type MoveProgress, removeCopied } from "@/lib/platform/storage/move-store";
import { openStore } from "@/lib/platform/storage/open-store";
import { counted } from "@/lib/text/counted";

type Output = Pick<NodeJS.WriteStream, "write">;

export type StorageOptions = {
  /** A folder, or s3://BUCKET/PREFIX. */
  readonly to?: string;
  /** Whether the files are removed where they were. */
  readonly delete?: boolean;
};

/** Lines of progress of one pass, however many files there are. */
const progressLines = 20;
const namedFailures = 10;

/**
 * @returns the exit code: 0, or 1 where a file could not be copied
 * @throws SemblanceError `invalid_input`, `conflict`, `unavailable`
 */
export async function storage(
  verb: string,
  { to, delete: deletes = false }: StorageOptions,
  output: Output = process.stdout,
): Promise<number> {
  if (verb !== "move") {
    throw new SemblanceError("invalid_input", `“${verb}” is nothing that \`semblance storage\` does.`, {
      remedy: "Use `semblance storage move --to PLACE`.",
    });
  }
  if (!to) {
    throw new SemblanceError("invalid_input", "It is not said where the files shall go.", {
      remedy: "Give a folder or a bucket: --to s3://my-bucket/semblance",
    });
  }
  const [source, target] = [env().store, toStorePlace(to)];
  if (toText(source) === toText(target)) {
    throw new SemblanceError("conflict", `The files are in ${toText(source)} already.`, {
      remedy: "Give another place with --to, or set SEMBLANCE_STORE to the place where the files are now.",
    });
  }
  if (deletes) await checkNothingRuns();
  const [from, into] = [openStore(source), openStore(target)];
  output.write(`Copying from ${toText(source)} to ${toText(target)}.\n`);
  const { files, found, failed } = await copyStore(from, into, toLines("copied", output));
  output.write(
    `${counted(files - failed.length, "file", "files")} there and checked, ${found} of them from before.\n`,
  );
  if (failed.length > 0) {
    for (const { name, reason } of failed.slice(0, namedFailures)) output.write(`${name}: ${reason}\n`);
    output.write(
      `${counted(failed.length, "file", "files")} could not be copied.${deletes ? " Nothing was deleted." : ""}\n`,
    );
    return 1;
  }
  if (deletes) {
    const removed = await removeCopied(from, into, toLines("checked", output));
    output.write(`${counted(removed, "file", "files")} deleted from ${toText(source)}.\n`);
  }
  output.write(`Now set SEMBLANCE_STORE=${to} for the server and all workers, and start them.\n`);
  return 0;
}

/** Whoever writes to the old place now would lose what they write. */
async function checkNothingRuns(): Promise<void> {
  const [server, workers] = await Promise.all([findRunningServer(env().dataFolder), listWorkers()]);
  if (!server && workers.length === 0) return;
  throw new SemblanceError("conflict", "A server or a worker is running and uses the files.", {
    remedy: "Stop them, or leave out --delete: copying needs no stop, and can be repeated.",
  });
}

function toText(place: StorePlace): string {
  return place.kind === "folder"
    ? resolve(place.folder)
    : `s3://${place.bucket}${place.prefix === "" ? "" : `/${place.prefix.slice(0, -1)}`}`;
}

function toLines(what: string, output: Output): (progress: MoveProgress) => void {
  return ({ done, total }) => {
    if (done % Math.ceil(total / progressLines) === 0 || done === total)
      output.write(`${done} of ${total} files ${what}\n`);
  };
}
