/** Runs tasks in child processes that can be stopped, and resumes what one left unfinished. */
import { SemblanceError } from "@/lib/errors";
import { ChildDeath, cancelledError, runInChild } from "./engine-child";
import { tellsOfMissingMemory } from "./engine-messages";
import type { EngineTask } from "./engine-task";

/** Unless the task says otherwise; see EngineTask. */
const usualDeaths = 4;

export type EngineTaskOptions<Event, Told = never> = {
  /**
   * Aborting stops the task within seconds, after it has stored what only it has: a training saves the state of its
   * last step. A later run of the task continues there.
   */
  readonly signal?: AbortSignal;
  /** Aborting kills it at once, for a task that somebody else works on now. */
  readonly kill?: AbortSignal;
  /** Called for one event after the other; the next waits for the promise. What it throws ends the task. */
  readonly onEvent?: (event: Event) => void | Promise<void>;
  /** Called before the task continues in another process, with what happened to the one before. */
  readonly onRestart?: (message: string) => void | Promise<void>;
  /** Called for every process of the task, which knows nothing of what the one before was told. Returns what ends it. */
  readonly attend?: (tell: (message: Told) => void) => () => void;
};

/**
 * Runs one task in a separate child process, and in another one if that is killed or crashes: the task continues
 * from what the first one had stored.
 *
 * @throws SemblanceError whatever the task threw; `cancelled` after an abort; `unavailable` where the process died
 *   again and again without getting on, with the likely cause.
 */
export async function runEngineTask<Input, Event, Result, Told = never>(
  task: EngineTask<Input, Event, Result, Told>,
  input: Input,
  { signal, kill, onEvent, onRestart, attend }: EngineTaskOptions<Event, Told> = {},
): Promise<Result> {
  const { module, isKept, holdsWork, remaining, savesMemory, mostDeaths = usualDeaths } = task;
  const kept: Event[] = [];
  let deaths = 0;
  for (;;) {
    if (signal?.aborted || kill?.aborted) throw cancelledError();
    try {
      return (await runInChild({
        module,
        input: remaining(input, kept, deaths),
        savesMemory,
        signal,
        kill,
        attend: attend && ((tell) => attend(tell)),
        holdsWork: (event) => holdsWork(event as Event),
        onEvent: async (event) => {
          await onEvent?.(event as Event);
          if (!isKept(event as Event)) return;
          kept.push(event as Event);
          deaths = 0;
        },
      })) as Result;
    } catch (thrown) {
      if (!(thrown instanceof ChildDeath)) throw thrown;
      if (signal?.aborted) throw cancelledError();
      deaths++;
      if (deaths >= mostDeaths) throw givenUpError(thrown, deaths, task);
      await onRestart?.(
        `${describeDeath(thrown)} Resuming from what was saved (${deaths} of ${mostDeaths - 1}).`,
      );
    }
  }
}

/** Linux ends the largest process with SIGKILL when memory runs out; Node itself aborts and says so. */
function isProbablyMemory({ exitSignal, message }: ChildDeath): boolean {
  return exitSignal === "SIGKILL" || tellsOfMissingMemory(message);
}

function describeDeath(death: ChildDeath): string {
  const how = death.exitSignal ? `was ended by ${death.exitSignal}` : "ended unexpectedly";
  return `The engine's process ${how}${isProbablyMemory(death) ? ", probably because the machine ran out of memory" : ""}.`;
}

function givenUpError(
  death: ChildDeath,
  deaths: number,
  { leaves, savesMemory }: Pick<EngineTask<unknown, unknown, unknown>, "leaves" | "savesMemory">,
): SemblanceError {
  const again =
    deaths === 1 ? "" : `The engine's process ended ${deaths} times in a row without making progress. `;
  return new SemblanceError("unavailable", `${again}${describeDeath(death)}`, {
    remedy: isProbablyMemory(death)
      ? `${savesMemory} ${leaves}`
      : `See its last output in the log. ${leaves}`,
    cause: death,
  });
}
