/** From a clone in any state to the supervisor: prepares what is missing, unless a server uses it right now. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { findCompiled } from "../lib/platform/find-compiled.mjs";
import { findMissing, prepare } from "./prepare.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

/** @param args what follows `npm start --` */
export async function takeFirstSteps(args) {
  const missing = findMissing(root);
  if (Object.values(missing).includes(true)) {
    const changesServed = missing.packages || missing.client || missing.pages;
    if (changesServed && existsSync(join(root, "node_modules/tsx")) && (await isServed(args))) {
      console.log(
        "\nThe code has changed since the server was started. The server is still running the old code.",
      );
      console.log("Stop it with Ctrl-C in its terminal, then run npm start again.");
    } else {
      await prepare(root).catch((failure) => {
        console.error(`\n${failure.remedy === undefined ? failure.stack : failure.message}`);
        console.error(`${failure.remedy ?? ""}\n`);
        process.exit(1);
      });
    }
  }
  const compiled = findCompiled(root, "processes", "scripts/supervise.ts");
  if (compiled === null) await readTypeScript();
  const { supervise } = await import(compiled === null ? "./supervise.ts" : pathToFileURL(compiled).href);
  await supervise(args);
}

/** Files that a running server reads must not be changed under it. */
async function isServed(args) {
  await readTypeScript();
  const { findServer } = await import("./start-options.ts");
  return (await findServer(args).catch(() => null)) !== null;
}

async function readTypeScript() {
  const { register } = await import("tsx/esm/api");
  register({ tsconfig: join(root, "tsconfig.json") });
}
