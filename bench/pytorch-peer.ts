/** A PyTorch (or scipy) process that does the same work as ours, for comparison. */
import { type ChildProcessByStdio, execFileSync, spawn } from "node:child_process";
import { createInterface, type Interface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";

/** Debian's python3-torch belongs to the second, which another Python may hide on the path. */
const interpreters = ["python3", "/usr/bin/python3"];

/**
 * Debian's OpenBLAS 0.3.21 does not know processors younger than itself and falls back to slow kernels there.
 * Where the processor has AVX-512 its SkylakeX kernels are the fast ones.
 */
const avx512Environment = { OPENBLAS_CORETYPE: "SkylakeX" };

export type PeerWork = "forward" | "training step" | "inception" | "frechet";

export type PeerCase = {
  readonly work: PeerWork;
  /** Passed on as JSON. */
  readonly options: object;
  /** A safetensors file; null for work without weights. */
  readonly weightsPath: string | null;
  /** A safetensors file. */
  readonly inputsPath: string;
};

export type PeerDescription = {
  readonly library: string;
  readonly version: string;
  readonly threads: number;
  readonly parameters: number;
  /** Where a model of GLIDE runs; absent for other work. */
  readonly device?: string;
};

/** The path of the Python that has PyTorch, or null where there is none. */
export function findPyTorch(): string | null {
  for (const interpreter of interpreters) {
    try {
      const program = "import sys, torch; print(sys.executable)";
      return execFileSync(interpreter, ["-c", program], { stdio: "pipe" }).toString().trim();
    } catch {}
  }
  return null;
}

/** PyTorch for comparisons on a graphics card, or why there is none. */
export function findPyTorchOnCard():
  | { interpreter: string; reason: null }
  | { interpreter: null; reason: string } {
  const interpreter = findPyTorch();
  if (interpreter === null)
    return { interpreter, reason: "no Python with torch was found (Debian: python3-torch-cuda, or pip)" };
  const program = "import torch; print(torch.__version__ if not torch.cuda.is_available() else '')";
  const withoutCuda = execFileSync(interpreter, ["-c", program], { stdio: "pipe" }).toString().trim();
  if (withoutCuda === "") return { interpreter, reason: null };
  return { interpreter: null, reason: `torch ${withoutCuda} of ${interpreter} finds no card with CUDA` };
}

export class PyTorchPeer {
  readonly description: PeerDescription;
  readonly #process: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string>;

  private constructor(
    process: ChildProcessByStdio<Writable, Readable, null>,
    lines: AsyncIterator<string>,
    description: PeerDescription,
  ) {
    this.#process = process;
    this.#lines = lines;
    this.description = description;
  }

  /** Starts the process and loads the model. */
  static async start(interpreter: string, peerCase: PeerCase, threads: number): Promise<PyTorchPeer> {
    const process = spawn(interpreter, [fileURLToPath(new URL("peer/serve.py", import.meta.url))], {
      stdio: ["pipe", "pipe", "inherit"],
      env: peerEnvironment(threads) as NodeJS.ProcessEnv,
    });
    const reader: Interface = createInterface({ input: process.stdout });
    const lines = reader[Symbol.asyncIterator]();
    const { work, options, weightsPath: weights, inputsPath: inputs } = peerCase;
    const description = await ask<PeerDescription>(process, lines, {
      do: "prepare",
      work,
      options,
      weights,
      inputs,
      threads,
    });
    return new PyTorchPeer(process, lines, description);
  }

  /**
   * Does the work once.
   * @param outputPath where to write the result's float32 values; the time does not include it.
   * @returns milliseconds, measured within the process.
   */
  async run(outputPath?: string): Promise<number> {
    const request = { do: "run", ...(outputPath !== undefined && { output: outputPath }) };
    return (await ask<{ milliseconds: number }>(this.#process, this.#lines, request)).milliseconds;
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#process.once("exit", resolve));
    this.#process.stdin.end();
    await ended;
  }
}

function peerEnvironment(threads: number): Record<string, string> {
  const count = String(threads);
  return {
    PATH: "/usr/bin:/bin",
    LD_LIBRARY_PATH: process.env.LD_LIBRARY_PATH ?? "",
    PYTHONDONTWRITEBYTECODE: "1",
    OMP_NUM_THREADS: count,
    OPENBLAS_NUM_THREADS: count,
    ...(hasAvx512() && avx512Environment),
  };
}

function hasAvx512(): boolean {
  try {
    return execFileSync("grep", ["-m1", "avx512f", "/proc/cpuinfo"], { stdio: "pipe" }).length > 0;
  } catch {
    return false;
  }
}

async function ask<Reply>(
  process: ChildProcessByStdio<Writable, Readable, null>,
  lines: AsyncIterator<string>,
  request: object,
): Promise<Reply> {
  process.stdin.write(`${JSON.stringify(request)}\n`);
  const { value, done } = await lines.next();
  if (done) throw new Error("The PyTorch process ended early; see its output above.");
  return JSON.parse(value) as Reply;
}
