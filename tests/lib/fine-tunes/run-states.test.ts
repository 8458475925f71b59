/** States of runs in a store that two machines share, each with a data folder of its own. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "semblance-"));
afterAll(() => rmSync(folder, { recursive: true }));
process.env.SEMBLANCE_DATA = join(folder, "data");
process.env.SEMBLANCE_STORE = join(folder, "store");
const { forgetRunStates, RunStateKeeper, takeUpRunState } = await import("@/lib/fine-tunes/run-states");

const nameOf = (step: number) => `step-${String(step).padStart(9, "0")}.safetensors`;
const stored = (run: string) => {
  const states = join(folder, "store", "runs", run, "states");
  return existsSync(states) ? readdirSync(states).sort() : [];
};

/** A working folder as the engine fills it. */
function machine(name: string, run: string) {
  const directory = join(folder, name, run);
  const states = join(directory, "states");
  mkdirSync(states, { recursive: true });
  const write = (step: number, text = `state ${step}`) => {
    const path = join(states, nameOf(step));
    writeFileSync(path, text);
    return path;
  };
  return { directory, states, write };
}

const silent = async (message: string) => {
  throw new Error(message);
};

test("a run goes on from the newest state on a machine that has none, or an older one", async () => {
  const [first, second] = [machine("first", "run-a"), machine("second", "run-a")];
  const keeper = new RunStateKeeper("run-a", silent);
  for (const step of [2, 9, 10]) {
    keeper.keep(first.write(step));
    await keeper.finish();
  }
  expect(stored("run-a")).toEqual([nameOf(9), nameOf(10)]);
  second.write(4);
  expect(await takeUpRunState("run-a", second.directory)).toEqual([]);
  expect(readdirSync(second.states).sort()).toEqual([nameOf(4), nameOf(10)]);
  expect(readFileSync(join(second.states, nameOf(10)), "utf8")).toBe("state 10");

  // The second machine is ahead now, and keeps its own.
  const own = second.write(12, "its own");
  await takeUpRunState("run-a", second.directory);
  expect(readFileSync(own, "utf8")).toBe("its own");
  const later = new RunStateKeeper("run-a", silent);
  later.keep(own);
  await later.finish();
  await takeUpRunState("run-a", first.directory);
  expect(readFileSync(join(first.states, nameOf(12)), "utf8")).toBe("its own");

  await forgetRunStates("run-a");
  expect(stored("run-a")).toEqual([]);
  const fresh = machine("third", "run-a");
  await takeUpRunState("run-a", fresh.directory);
  expect(readdirSync(fresh.states)).toEqual([]);
});

test("of states that are written while one is being kept, the last is kept, and one that is gone is passed over", async () => {
  const run = machine("first", "run-b");
  const keeper = new RunStateKeeper("run-b", silent);
  keeper.keep(run.write(1));
  keeper.keep(join(run.states, nameOf(2)));
  keeper.keep(run.write(3));
  await keeper.finish();
  expect(stored("run-b")).toEqual([nameOf(1), nameOf(3)]);
  keeper.keep(join(run.states, nameOf(4)));
  await keeper.finish();
  keeper.keep(run.write(5));
  keeper.keep(run.write(6));
  await keeper.abandon();
  expect(stored("run-b")).toEqual([nameOf(3), nameOf(5)]);
});

test("a state that cannot be kept is told of, and ends nothing", async () => {
  const run = machine("first", "run-c");
  mkdirSync(join(folder, "store", "runs", "run-c", "states", nameOf(1)), { recursive: true });
  const told: string[] = [];
  const keeper = new RunStateKeeper("run-c", async (message) => void told.push(message));
  keeper.keep(run.write(1));
  await keeper.finish();
  expect(told).toEqual([expect.stringContaining("could not be kept in the store")]);
  keeper.keep(run.write(2));
  await keeper.finish();
  expect(stored("run-c")).toContain(nameOf(2));
});
