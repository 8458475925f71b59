/** Computations for pages and routes: in a separate process, for one person, as long as they wait. */
import { join } from "node:path";
import { Readable } from "node:stream";
import { SemblanceError } from "@/lib/errors";
import type { ComputedFile } from "@/lib/platform/computing/computation";
import type { ComputingPool } from "@/lib/platform/computing/computing-pool";
import type { Task, TaskResult } from "@/lib/platform/computing/computing-process";
import { GrowingFile } from "@/lib/platform/computing/growing-file";
import { requestContext } from "@/lib/platform/request/request-context";
import { type Computation, type ComputationName, computations } from "./registry";

export type ComputeOptions = {
  /** Id of the person who asks. */
  readonly owner: string;
  /** Aborting ends it; the request that is being answered where absent. */
  readonly signal?: AbortSignal;
  /** Null while it waits for its turn, else 0 to 1; told for the first time when it has been taken. */
  readonly onProgress?: (share: number | null) => void;
};

type InputOf<Name extends ComputationName> =
  (typeof computations)[Name] extends Computation<infer Input, unknown> ? Input : never;
type ResultOf<Name extends ComputationName> =
  (typeof computations)[Name] extends Computation<never, infer Result> ? Result : never;

// Next bundles this module more than once; the pool is the process's own.
const holder = globalThis as typeof globalThis & { semblanceComputing?: ComputingPool };

/** Where the process's computations run from now on. */
export function computeIn(pool: ComputingPool): void {
  holder.semblanceComputing = pool;
}

/** @throws SemblanceError as `ComputingPool.run` */
export async function compute<Name extends ComputationName>(
  name: Name,
  input: InputOf<Name>,
  options: ComputeOptions,
): Promise<ResultOf<Name>> {
  const { result, recorded, dispose } = await run(name, input, options);
  requestContext()?.recorded.push(...recorded);
  await dispose();
  return result as ResultOf<Name>;
}

async function run(
  name: ComputationName,
  input: unknown,
  {
    owner,
    signal = requestContext()?.signal ?? undefined,
    onProgress,
    onWritten,
  }: ComputeOptions & Pick<Task, "onWritten">,
): Promise<TaskResult> {
  const pool = holder.semblanceComputing;
  if (!pool) throw new SemblanceError("internal", "This process has no place for computations.");
  const { limitSeconds, isLong } = computations[name];
  const context = requestContext();
  const request = context && {
    requestId: context.requestId,
    address: context.address,
    actor: context.actor,
  };
  const limitMs = 1000 * limitSeconds;
  return pool.run({ name, input, owner, limitMs, isLong, request, signal, onProgress, onWritten });
}

/**
 * The file that a computation writes, as a stream that begins when the computation hands out its first bytes. Where the
 * client leaves, the computation ends; afterwards the file is removed.
 *
 * @returns `bytes`: its size; null while it is still being written
 * @throws SemblanceError as `compute`, before the first bytes; later the stream fails
 */
export async function computeFile<Name extends FileComputationName>(
  name: Name,
  input: InputOf<Name>,
  options: ComputeOptions,
): Promise<{ stream: ReadableStream<Uint8Array>; bytes: number | null }> {
  const { signal = requestContext()?.signal ?? undefined } = options;
  const left = new AbortController();
  const file = new GrowingFile();
  const records = requestContext()?.recorded;
  let recordedCount = 0;
  const note = (recorded: readonly string[]) => {
    records?.push(...recorded.slice(recordedCount));
    recordedCount = recorded.length;
  };
  const done = run(name, input, {
    ...options,
    signal: signal ? AbortSignal.any([signal, left.signal]) : left.signal,
    onWritten(path, bytes, recorded) {
      note(recorded);
      file.grew(path, bytes);
    },
  });
  done.then(
    ({ result, recorded, folder }) => {
      note(recorded);
      const written = result as ComputedFile;
      file.grew(join(folder, written.name), written.bytes);
      file.end();
    },
    (error) => file.fail(error),
  );
  const bytes = await file.begun();
  const read = Readable.from(file.read(), { objectMode: false, signal });
  read.once("close", () => {
    left.abort();
    done.then(
      ({ dispose }) => dispose(),
      () => {},
    );
  });
  return { stream: Readable.toWeb(read) as ReadableStream<Uint8Array>, bytes };
}

type FileComputationName = {
  [Name in ComputationName]: ResultOf<Name> extends ComputedFile ? Name : never;
}[ComputationName];
