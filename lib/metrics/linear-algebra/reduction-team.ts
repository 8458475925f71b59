/**
 * How threads share the steps of one reduction. The leader announces a step, and every thread takes parts of it until
 * none is left: a thread that the machine keeps waiting is missed, not waited for, unless it holds a part.
 */
import { claimOf, controlOf, DONE, type ReductionMemory, SLEEPERS, STEP } from "./reduction-memory";
import { reflectPart } from "./reflection-step";

/** Announced in place of a step: there are no more. */
const END = -1;

/**
 * So often a word is read before the thread sleeps, which takes 20 µs: longer than what comes between two steps of a
 * large matrix, and about as long as waking up. Where fewer cores are free than there are threads, sleeping lets the
 * others go on.
 */
const READS_BEFORE_SLEEP = 4000;

/** A thread's part in the steps of one reduction: what it does in step `k`. */
export type StepRunner = (k: number) => void;

/** Every step by this thread alone. */
export function soleRunner(memory: ReductionMemory): StepRunner {
  const order = memory.sums.map((_, part) => part);
  return (k) => {
    for (const part of order) reflectPart(memory, k, part);
    order.reverse();
  };
}

/** Every step by this thread and all that run `helpReduction`. */
export function leadingRunner(memory: ReductionMemory): StepRunner {
  const { control } = memory;
  const parts = memory.sums.length;
  if (parts === 1) return soleRunner(memory);
  const takeParts = partTaker(memory, 0);
  return (k) => {
    Atomics.store(control, DONE, 0);
    Atomics.store(control, STEP, k + 1);
    wake(control, STEP);
    takeParts(k);
    for (let done = Atomics.load(control, DONE); done !== parts; ) done = waitWhile(control, DONE, done);
  };
}

/** Lets the helpers go. */
export function endSteps(memory: WebAssembly.Memory): void {
  const control = controlOf(memory);
  Atomics.store(control, STEP, END);
  Atomics.notify(control, STEP);
}

/**
 * Takes part in every step until the leader ends them.
 *
 * @param place 1 for the first helper, and so on
 */
export function helpReduction(memory: ReductionMemory, place: number): void {
  const takeParts = partTaker(memory, place);
  for (let step = 0; ; ) {
    step = waitWhile(memory.control, STEP, step);
    if (step === END) return;
    takeParts(step - 1);
  }
}

/**
 * Takes the parts of a step that no other thread has. What this thread took last it takes first in the next step, since
 * its caches hold it. At first the leader counts up from part 0, and helpers count down from the end.
 */
function partTaker(memory: ReductionMemory, place: number): StepRunner {
  const parts = memory.sums.length;
  let order = memory.sums.map((_, i) => (place === 0 ? i : (2 * parts - place - i) % parts));
  return (k) => {
    const taken = order.filter((part) => takePart(memory, k, part));
    order = [...taken.reverse(), ...order.filter((part) => !taken.includes(part))];
  };
}

/** Does the part, unless another thread has. While it is held the leader cannot go on, so `memory` is of step `k`. */
function takePart(memory: ReductionMemory, k: number, part: number): boolean {
  const { control } = memory;
  if (Atomics.compareExchange(control, claimOf(part), k, k + 1) !== k) return false;
  reflectPart(memory, k, part);
  Atomics.add(control, DONE, 1);
  wake(control, DONE);
  return true;
}

/** The word once it is no longer `value`. */
function waitWhile(control: Int32Array, word: number, value: number): number {
  for (let reads = 0; reads < READS_BEFORE_SLEEP; reads++) {
    const current = Atomics.load(control, word);
    if (current !== value) return current;
  }
  Atomics.add(control, SLEEPERS, 1);
  Atomics.wait(control, word, value);
  Atomics.sub(control, SLEEPERS, 1);
  return Atomics.load(control, word);
}

/** Wakes who waits for the word to change; where nobody sleeps that costs nothing. */
function wake(control: Int32Array, word: number): void {
  if (Atomics.load(control, SLEEPERS) > 0) Atomics.notify(control, word);
}
