/**
 * The states of a run in the store that all machines share, from which another machine goes on where a worker died. The engine
 * writes them to the run's working folder, which may be this machine's own.
 */
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { SemblanceError, toSemblanceError } from "@/lib/errors";
import { sharedFiles } from "@/lib/platform/storage/open-store";

/** States kept in the store: the newest, and one in case that one cannot be read. */
const keptStates = 2;

/** The engine's name for a state tells its step, in digits of equal number. */
const statePattern = /^step-(\d+)\.safetensors$/;

const folderOf = (fineTuneId: string) => `runs/${fineTuneId}/states`;

/** Names of states, newest first. */
function sortStates(names: readonly string[]): string[] {
  const step = (name: string) => Number(statePattern.exec(name)![1]);
  return names.filter((name) => statePattern.test(name)).sort((a, b) => step(b) - step(a));
}

async function listStates(fineTuneId: string): Promise<string[]> {
  const folder = folderOf(fineTuneId);
  const names: string[] = [];
  for await (const { name } of sharedFiles().list(folder)) names.push(name.slice(folder.length + 1));
  return sortStates(names);
}

/**
 * Gets the newest state of the store into a run's working folder where that one has none as new. One that arrives damaged
 * is passed over for the one before.
 *
 * @param directory the run's working folder on this machine
 * @returns what should be told in the run's log: of states that could not be read
 */
export async function takeUpRunState(fineTuneId: string, directory: string): Promise<readonly string[]> {
  const states = join(directory, "states");
  await mkdir(states, { recursive: true });
  const [own] = sortStates(await readdir(states));
  const told: string[] = [];
  for (const name of await listStates(fineTuneId)) {
    if (own !== undefined && sortStates([own, name])[0] === own) break;
    try {
      if (await sharedFiles().fetch(`${folderOf(fineTuneId)}/${name}`, join(states, name))) break;
    } catch (error) {
      if (!(error instanceof SemblanceError) || error.code !== "invalid_file") throw error;
      told.push(`${name} is damaged in the store and was skipped: ${error.message}`);
    }
  }
  return told;
}

/** Removes a run's states from the store: it is finished, or deleted. */
export async function forgetRunStates(fineTuneId: string): Promise<void> {
  for (const name of await listStates(fineTuneId))
    await sharedFiles().delete(`${folderOf(fineTuneId)}/${name}`);
}

/**
 * Keeps the states of a run in the store while it goes on. Keeping takes longer than a step: of states that are written
 * meanwhile, only the newest is kept.
 */
export class RunStateKeeper {
  readonly #fineTuneId: string;
  readonly #tell: (message: string) => Promise<void>;
  #next: string | null = null;
  #keeping: Promise<void> | null = null;

  /** @param tell writes a line into the run's log */
  constructor(fineTuneId: string, tell: (message: string) => Promise<void>) {
    this.#fineTuneId = fineTuneId;
    this.#tell = tell;
  }

  /**
   * Begins to keep a state. Whatever the run told before it must have been stored: who goes on from the state does not tell
   * it again.
   */
  keep(path: string): void {
    this.#next = path;
    this.#keeping ??= this.#keepAll().finally(() => {
      this.#keeping = null;
    });
  }

  /** Resolves once the last state is in the store, or cannot be kept. */
  async finish(): Promise<void> {
    await this.#keeping;
  }

  /** Keeps nothing more: the run belongs to another worker now. */
  async abandon(): Promise<void> {
    this.#next = null;
    await this.#keeping;
  }

  async #keepAll(): Promise<void> {
    while (this.#next !== null) {
      const path = this.#next;
      this.#next = null;
      try {
        await this.#keepOne(path);
      } catch (error) {
        // The engine has replaced it by a newer one, of which it will tell.
        if ((error as NodeJS.ErrnoException).code === "ENOENT") continue;
        const { message } = toSemblanceError(error);
        await this.#tell(
          `The state could not be kept in the store: ${message} Workers on other machines would go on from an earlier one.`,
        );
      }
    }
  }

  async #keepOne(path: string): Promise<void> {
    const kept = path.slice(path.lastIndexOf("step-"));
    await sharedFiles().put(`${folderOf(this.#fineTuneId)}/${kept}`, path);
    const names = await listStates(this.#fineTuneId);
    const older = names.slice(names.indexOf(kept) + 1);
    for (const name of older.slice(keptStates - 1)) {
      await sharedFiles().delete(`${folderOf(this.#fineTuneId)}/${name}`);
    }
  }
}
