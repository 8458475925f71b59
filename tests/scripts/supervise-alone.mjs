/** The supervisor without the steps before it, so that a test needs no build. */
import { register } from "tsx/esm/api";

register({ tsconfig: new URL("../../tsconfig.json", import.meta.url).pathname });
const { supervise } = await import("../../scripts/supervise.ts");
await supervise(process.argv.slice(2));
