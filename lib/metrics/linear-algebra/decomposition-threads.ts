/** Threads that decompose matrices: one a matrix where many wait, several where there is one. */
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import type { HelpRequest, NuclearNormReply, NuclearNormRequest } from "./nuclear-norm-thread";
import { createReductionMemory } from "./reduction-memory";

/** Beside tsx's main file, since a require of tsx/esm/api finds the CommonJS one, which cannot load its own hooks. */
const loader = new URL("./esm/api/index.mjs", pathToFileURL(createRequire(import.meta.url).resolve("tsx")));

/** The thread reads TypeScript by a loader of its own: Node hands on none that was registered in this one. */
const THREAD = `
  import(${JSON.stringify(loader.href)})
    .then(({ register }) => register())
    .then(() => import(${JSON.stringify(new URL("./nuclear-norm-thread.ts", import.meta.url).href)}));`;

/** A thread that answers one request at a time. It keeps the process alive only while it does. */
export class DecompositionThread {
  /** For what this thread reduces, with others' help or without. */
  readonly memory = createReductionMemory();
  readonly #worker = new Worker(THREAD, { eval: true, execArgv: [] });
  #answer: { resolve(sum: number): void; reject(cause: unknown): void } | null = null;
  #failure: unknown = new Error("the thread has ended");
  #hasEnded = false;

  constructor() {
    this.#worker.on("message", ({ sum, error }: NuclearNormReply) => {
      if (sum === null) this.#answer?.reject(error);
      else this.#answer?.resolve(sum);
    });
    this.#worker.on("error", (cause) => {
      this.#failure = cause;
    });
    this.#worker.on("exit", () => {
      this.#hasEnded = true;
      this.#answer?.reject(this.#failure);
    });
    this.#worker.unref();
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Moves the request's matrix to the thread. */
  ask(request: NuclearNormRequest | HelpRequest): Promise<number> {
    return new Promise<number>((resolve, reject) => {
      this.#answer = { resolve, reject };
      if (this.#hasEnded) return reject(this.#failure);
      this.#worker.ref();
      this.#worker.postMessage(request, request.matrix ? [request.matrix.buffer as ArrayBuffer] : []);
    }).finally(() => {
      this.#answer = null;
      this.#worker.unref();
    });
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }
}

export type Team = readonly [leader: DecompositionThread, ...helpers: DecompositionThread[]];

const idle: DecompositionThread[] = [];
const waiting: { readonly most: number; readonly take: (team: Team) => void }[] = [];
let threads = 0;

/** Lets `count` threads start, or as many as there are cores. */
export function startThreads(count: number): void {
  for (; threads < Math.min(count, availableParallelism()); threads++) idle.push(new DecompositionThread());
}

/**
 * Hands one thread to `work`, or as many as nobody else waits for.
 *
 * @param most how many it can use
 */
export async function withThreads<Result>(
  most: number,
  work: (team: Team) => Promise<Result>,
): Promise<Result> {
  const team = await new Promise<Team>((take) => {
    waiting.push({ most, take });
    dealOut();
  });
  try {
    return await work(team);
  } catch (cause) {
    // Of a team that failed some may wait for the one that was lost.
    await Promise.all(team.map((thread) => thread.end()));
    throw cause;
  } finally {
    const usable = team.filter(({ hasEnded }) => !hasEnded);
    threads -= team.length - usable.length;
    idle.push(...usable);
    dealOut();
  }
}

function dealOut(): void {
  const busy = threads - idle.length;
  startThreads(waiting.reduce((sum, { most }) => sum + most, busy));
  while (waiting.length > 0 && idle.length > 0) {
    const share = Math.max(1, Math.floor(idle.length / waiting.length));
    const { most, take } = waiting.shift()!;
    take(idle.splice(0, Math.min(most, share)) as unknown as Team);
  }
}
