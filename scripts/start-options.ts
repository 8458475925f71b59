/** What `npm start --` takes, and the server that these options would start. */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { env } from "@/lib/env";
import { SemblanceError } from "@/lib/errors";
import { findRunningServer, type ServerStatus } from "@/lib/platform/server/server-beacon";

export const help = `npm start -- [options]

  --port N     port of the web server (default: PORT or 3000)
  --data DIR   data folder (default: SEMBLANCE_DATA or data)
  --empty      start a new data folder without the demo
  --no-worker  start only the web server; workers run on other machines

Settings can also be environment variables; see docs/reference/settings.md.`;

export type StartOptions = { help: boolean; empty: boolean; withWorker: boolean };

/**
 * Reads the options and hands port and folder on by the environment, so that this process and its children agree: to be
 * called before the first call of env().
 *
 * @throws SemblanceError `invalid_input` naming what cannot be read
 */
export function readStartOptions(args: string[]): StartOptions {
  const values = parse(args);
  if (values.data !== undefined) process.env.SEMBLANCE_DATA = resolve(values.data);
  if (values.port !== undefined) process.env.PORT = values.port;
  return {
    help: values.help ?? false,
    empty: values.empty ?? false,
    withWorker: !values["no-worker"],
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        port: { type: "string" },
        data: { type: "string" },
        empty: { type: "boolean" },
        "no-worker": { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    }).values;
  } catch (cause) {
    throw new SemblanceError("invalid_input", (cause as Error).message, { remedy: help, cause });
  }
}

/** The server that already has the data folder of these options, or null. */
export async function findServer(args: string[]): Promise<ServerStatus | null> {
  readStartOptions(args);
  return findRunningServer(env().dataFolder);
}
