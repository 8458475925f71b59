#!/usr/bin/env node
/** The `semblance` command: runs the compiled command line, which it compiles first where a source has changed. */
import { fileURLToPath, pathToFileURL } from "node:url";
import { compileCommandLine, findCommandLine } from "../scripts/compile-sources.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const { main } = await load();
process.exitCode = await main(process.argv);

async function load() {
  const compiled = findCommandLine(root);
  if (compiled) {
    try {
      const loaded = await import(pathToFileURL(compiled).href);
      if (loaded.main) return loaded;
    } catch {
      // After a power cut half of it may be there.
    }
  }
  const anew = await compileCommandLine(root).catch(() => null);
  if (anew) return import(pathToFileURL(anew).href);
  // Where the clone cannot be written, Node reads the sources as they are, which takes longer.
  const { register } = await import("tsx/esm/api");
  register({ tsconfig: fileURLToPath(new URL("../tsconfig.json", import.meta.url)) });
  return import("../cli/semblance.ts");
}
