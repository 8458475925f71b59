/** A thread that decomposes matrices, seen from the one that asks. */
import { createRequire } from "node:module";
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
