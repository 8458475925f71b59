/** A process of the pool with computations that fail, block or crash, which the pool must survive. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { SemblanceError } from "@/lib/errors";
import type { Compute } from "@/lib/platform/computing/computation";
import { serveComputations } from "@/lib/platform/computing/serve-computations";

const fixtures: Record<string, Compute<never, unknown>> = {
  double: async ({ value }: { value: number }) => ({
    value: 2 * value,
    at: new Date(0),
    process: process.pid,
  }),
  /** Blocks its process as a loop of arithmetic does. */
  spin: async ({ ms }: { ms: number }, { tell }) => {
    tell(0.5);
    for (const end = performance.now() + ms; performance.now() < end; );
    return process.pid;
  },
  spinAndWrite: async ({ ms }: { ms: number }, { tell, folder }) => {
    tell(0.5);
    for (const end = performance.now() + ms; performance.now() < end; );
    await writeFile(join(folder, "out.txt"), "late");
  },
  /** Takes one step after another, as long as somebody waits for it. */
  step: async (_: object, { tell, wrote }) => {
    for (let at = 0.5; ; at += 1e-6) {
      tell(at);
      await new Promise((resolve) => setTimeout(resolve, 5));
      wrote("out.txt", 0);
    }
  },
  /** Writes, and then makes nothing for a while. */
  writeAndPause: async ({ ms }: { ms: number }, { wrote, folder }) => {
    wrote("out.txt", 0);
    await writeFile(join(folder, "out.txt"), "first words");
    wrote("out.txt", 5);
    wrote("out.txt", 11);
    await new Promise((resolve) => setTimeout(resolve, ms));
    return { name: "out.txt", bytes: 11 };
  },
  refuse: async () => {
    throw new SemblanceError("conflict", "It is taken.", { remedy: "Take another." });
  },
  crash: async () => process.exit(7),
  swell: async () => {
    const held: number[][] = [];
    for (;;) held.push(Array.from({ length: 1e5 }, (_, index) => index + 0.5));
  },
  swellOutside: async () => {
    const held: Buffer[] = [];
    for (;;) {
      held.push(Buffer.alloc(32e6, held.length));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  },
  write: async ({ text }: { text: string }, { folder }) => {
    await writeFile(join(folder, "out.txt"), text);
    return { name: "out.txt", bytes: text.length };
  },
};

serveComputations(async (name) => fixtures[name] as Compute<unknown, unknown>);
