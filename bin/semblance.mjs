#!/usr/bin/env node
/** The `semblance` command: lets Node run TypeScript, then hands over to cli/semblance.ts. */
import { fileURLToPath } from "node:url";
import { register } from "tsx/esm/api";

// One data folder, wherever the command is called from.
process.env.SEMBLANCE_DATA ||= fileURLToPath(new URL("../data", import.meta.url));
// The paths of the project's own tsconfig hold wherever the command is called from.
register({ tsconfig: fileURLToPath(new URL("../tsconfig.json", import.meta.url)) });
const { main } = await import("../cli/semblance.ts");
process.exitCode = await main(process.argv);
