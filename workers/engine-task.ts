/** Runs training, sampling and evaluation in child processes that can be stopped, and takes up what one left behind. */
import { SemblanceError } from "@/lib/errors";
import { ChildDeath, cancelledError, runInChild } from "./engine-child";
import { tellsOfMissingMemory } from "./engine-messages";
import type { EvaluateEvent, EvaluateInput, EvaluateResult } from "./tasks/evaluate";
import type { SampleEvent, SampleInput, SampleResult } from "./tasks/sample";
import type { TrainEvent, TrainInput, TrainResult } from "./tasks/train";

/** What each task takes, tells while it runs, and returns; all of it plain JSON, all paths absolute. */
export type EngineTasks = {
  train: { input: TrainInput; event: TrainEvent; result: TrainResult };
  sample: { input: SampleInput; event: SampleEvent; result: SampleResult };
  evaluate: { input: EvaluateInput; event: EvaluateEvent; result: EvaluateResult };
};

type TaskName = keyof EngineTasks;

/** How work goes on in another process where one died. */
type Continuation<Name extends TaskName> = {
  /** Whether work up to this event need not be done again. */
  readonly isKept: (event: EngineTasks[Name]["event"]) => boolean;
  /** Whether the process holds work after this event that only it can store; undefined: as before. */
  readonly holdsWork: (event: EngineTasks[Name]["event"]) => boolean | undefined;
  /** What is left to do after these events. */
  readonly remaining: (
    input: EngineTasks[Name]["input"],
    kept: readonly EngineTasks[Name]["event"][],
  ) => EngineTasks[Name]["input"];
  /** What to tell people of the work that a process left which died again and again. */
  readonly leaves: string;
};

const isState = (event: TrainEvent) => event.type === "checkpoint" && event.kind === "resume";

const continuations: { [Name in TaskName]: Continuation<Name> } = {
  // The run's folder says where to continue.
  train: {
    isKept: isState,
    holdsWork: (event) => (event.type === "loss" ? true : isState(event) ? false : undefined),
    remaining: (input) => input,
    leaves: "The run's last state is kept, and the run can be continued from it.",
  },
  sample: {
    isKept: ({ type }) => type === "picture",
    holdsWork: () => undefined,
    remaining(input, kept) {
      const drawn = new Set(
        kept.flatMap((event) => (event.type === "picture" ? [`${event.captionId} ${event.seed}`] : [])),
      );
      const requests = input.requests.filter(({ captionId, seed }) => !drawn.has(`${captionId} ${seed}`));
      return { ...input, requests };
    },
    leaves: "The images drawn so far are kept.",
  },
  // Features that were computed are found in the cache.
  evaluate: {
    isKept: () => false,
    holdsWork: () => undefined,
    remaining: (input) => input,
    leaves: "The features computed so far are kept.",
  },
};

/** Processes that may die in a row with nothing to show for it before the task is given up. */
const mostDeaths = 4;

export type EngineTaskOptions<Event> = {
  /**
   * Aborting stops the task within seconds, after it has stored what only it has: a training saves the state of its
   * last step. A later run of the task continues there.
   */
  readonly signal?: AbortSignal;
  /** Aborting kills it at once, for a task that somebody else works on now. */
  readonly kill?: AbortSignal;
  /** Called for one event after the other; the next waits for the promise. What it throws ends the task. */
  readonly onEvent?: (event: Event) => void | Promise<void>;
  /** Called before the task goes on in another process, with what happened to the one before. */
  readonly onRestart?: (message: string) => void | Promise<void>;
};

/**
 * Runs one task in a child process of its own, and in another one where that was killed or crashed: the task goes on
 * from what the first one had stored.
 *
 * @throws SemblanceError whatever the task threw; `cancelled` after an abort; `unavailable` where the process died
 *   again and again without getting on, with the likely cause.
 */
export async function runEngineTask<Name extends TaskName>(
  task: Name,
  input: EngineTasks[Name]["input"],
  { signal, kill, onEvent, onRestart }: EngineTaskOptions<EngineTasks[Name]["event"]> = {},
): Promise<EngineTasks[Name]["result"]> {
  type Event = EngineTasks[Name]["event"];
  const { isKept, holdsWork, remaining, leaves } = continuations[task] as Continuation<Name>;
  const kept: Event[] = [];
  let deaths = 0;
  for (;;) {
    if (signal?.aborted || kill?.aborted) throw cancelledError();
    try {
      return (await runInChild({
        task,
        input: remaining(input, kept),
        signal,
        kill,
        holdsWork: (event) => holdsWork(event as Event),
        onEvent: async (event) => {
          await onEvent?.(event as Event);
          if (!isKept(event as Event)) return;
          kept.push(event as Event);
          deaths = 0;
        },
      })) as EngineTasks[Name]["result"];
    } catch (thrown) {
      if (!(thrown instanceof ChildDeath)) throw thrown;
      if (signal?.aborted) throw cancelledError();
      deaths++;
      if (deaths >= mostDeaths) throw givenUpError(thrown, leaves);
      await onRestart?.(
        `${describeDeath(thrown)} Going on from what was stored (${deaths} of ${mostDeaths - 1}).`,
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

function givenUpError(death: ChildDeath, leaves: string): SemblanceError {
  return new SemblanceError(
    "unavailable",
    `The engine's process ended ${mostDeaths} times in a row without getting on. ${describeDeath(death)}`,
    {
      remedy: isProbablyMemory(death)
        ? `Choose a smaller batch size or a smaller model, close other programs, or run it on a machine with more memory. ${leaves}`
        : `The log has its last words. ${leaves}`,
      cause: death,
    },
  );
}
