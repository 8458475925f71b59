/** Which installation a verb works on: the data folder that was named, else the one whose server runs. */
import { existsSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { dataPaths, env, isDataFolderNamed } from "@/lib/env";
import { SemblanceError } from "@/lib/errors";
import { findRunningServers } from "@/lib/platform/server/running-servers";
import { findRunningServer } from "@/lib/platform/server/server-beacon";

const ownClone = fileURLToPath(new URL("..", import.meta.url));

/** Data folders of several servers that run from this clone, where none was named. */
let undecided: string[] = [];

/**
 * Decides before anything reads the settings. In this order: `--data`, SEMBLANCE_DATA, the one server that runs from
 * this clone, the folder `data` of the clone.
 *
 * @param named what `--data` says
 */
export async function chooseInstallation(named: string | undefined, cloneFolder = ownClone): Promise<void> {
  undecided = [];
  if (named !== undefined) {
    process.env.SEMBLANCE_DATA = resolve(named);
    return;
  }
  if (isDataFolderNamed()) return;
  const running = await findRunningServers(cloneFolder);
  if (running.length > 1) undecided = running.map(({ dataFolder }) => dataFolder);
  process.env.SEMBLANCE_DATA = running.length === 1 ? running[0]!.dataFolder : join(cloneFolder, "data");
}

/** @throws SemblanceError `invalid_input` where several servers run from this clone and none was named */
export function checkDecided(): void {
  if (undecided.length === 0) return;
  throw new SemblanceError(
    "invalid_input",
    `Several Semblance servers are running, with the data folders ${undecided.join(" and ")}.`,
    { remedy: `Choose one: --data ${undecided[0]}` },
  );
}

/**
 * Says on standard error which installation a verb works on.
 *
 * @throws SemblanceError as `checkDecided`; `not_found` where the data folder has no database and DATABASE_URL names none
 */
export async function announceInstallation(
  output: Pick<NodeJS.WriteStream, "write"> = process.stderr,
): Promise<void> {
  checkDecided();
  const { databaseUrl, dataFolder } = env();
  if (!databaseUrl && !existsSync(dataPaths().postgres)) {
    throw new SemblanceError("not_found", `There is no Semblance installation in ${dataFolder}.`, {
      remedy: `Start one with \`npm start -- --data ${dataFolder}\`, or give your folder with --data.`,
    });
  }
  const url = (await findRunningServer(dataFolder))?.url;
  const shown = relative(process.cwd(), dataFolder).startsWith("..") ? dataFolder : relative("", dataFolder);
  const database = databaseUrl ? ", and the database at DATABASE_URL" : "";
  output.write(
    `Using the data folder ${shown || dataFolder}${database} (${url ? `its server runs at ${url}` : "no server is running on it"}).\n`,
  );
}
