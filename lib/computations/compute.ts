/** Computations for pages and routes: in a separate process, for one person, as long as they wait. */
import { createReadStream } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { SemblanceError } from "@/lib/errors";
import type { ComputedFile } from "@/lib/platform/computing/computation";
import type { ComputingPool } from "@/lib/platform/computing/computing-pool";
import type { TaskResult } from "@/lib/platform/computing/computing-process";
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
  const { result, dispose } = await run(name, input, options);
  await dispose();
  return result as ResultOf<Name>;
}

async function run(
  name: ComputationName,
  input: unknown,
  { owner, signal = requestContext()?.signal ?? undefined, onProgress }: ComputeOptions,
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
  const done = await pool.run({ name, input, owner, limitMs, isLong, request, signal, onProgress });
  context?.recorded.push(...done.recorded);
  return done;
}

/** The file that a computation writes, as a stream; it is removed once the stream is closed, or the client has left. */
export async function computeFile<Name extends FileComputationName>(
  name: Name,
  input: InputOf<Name>,
  options: ComputeOptions,
): Promise<{ stream: ReadableStream<Uint8Array>; bytes: number }> {
  const { signal = requestContext()?.signal ?? undefined } = options;
  const { result, folder, dispose } = await run(name, input, { ...options, signal });
  const file = result as ComputedFile;
  const read = createReadStream(join(folder, file.name), { signal });
  read.once("close", () => void dispose());
  return { stream: Readable.toWeb(read) as ReadableStream<Uint8Array>, bytes: file.bytes };
}

type FileComputationName = {
  [Name in ComputationName]: ResultOf<Name> extends ComputedFile ? Name : never;
}[ComputationName];
