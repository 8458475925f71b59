/** A task of the engine process: where it runs, and how it continues in another process if one dies. */

/**
 * All of it plain JSON, all paths absolute. Told by `signal`, it stores what only it has and throws `cancelled`.
 *
 * @param told grows by what it is told while it runs
 */
export type EngineRun<Input, Event, Result, Told = never> = (
  input: Input,
  emit: (event: Event) => void,
  signal: AbortSignal,
  told: readonly Told[],
) => Promise<Result>;

/**
 * Address of a module that exports `run`. Anyone who asks for the task does not load it: the type says what it takes, tells
 * and returns.
 */
export type ModuleAddress<Run> = string & { readonly run?: Run };

/** Of a module next to the caller's: `addressOf<typeof import("./engine")>(new URL("./engine.ts", import.meta.url))`. */
export function addressOf<Module extends { run: unknown }>(url: URL): ModuleAddress<Module["run"]> {
  return url.href;
}

export type EngineTask<Input, Event, Result, Told = never> = {
  readonly module: ModuleAddress<EngineRun<Input, Event, Result, Told>>;
  /** Whether work up to this event need not be done again. */
  readonly isKept: (event: Event) => boolean;
  /** Whether the process holds work after this event that only it can store; undefined: as before. */
  readonly holdsWork: (event: Event) => boolean | undefined;
  /** What is left to do after these events. @param deaths of processes, since the last of them */
  readonly remaining: (input: Input, kept: readonly Event[], deaths: number) => Input;
  /** Processes that may die in a row with nothing to show for it before the task is given up; absent: 4. */
  readonly mostDeaths?: number;
  /** What to tell people of the work that a process left which died again and again. */
  readonly leaves: string;
  /** What people can do where the task does not fit into memory. */
  readonly savesMemory: string;
};
