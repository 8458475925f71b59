/** Random numbers that are the same bits on every machine and can be stopped and continued anywhere. */
import { SemblanceError } from "../errors";
import { normalQuantile } from "./normal-quantile";
import { philox4x32, type Words4 } from "./philox";

/** Everything that decides which numbers come next; plain JSON. */
export type RandomState = {
  /** Unsigned 64-bit integers, decimal. */
  readonly seed: string;
  readonly stream: string;
  /** How many 32-bit words have been drawn. */
  readonly position: number;
};

/**
 * A stream of random numbers. Streams of one seed, and seeds, are independent of each other; word n of a stream
 * depends on (seed, stream, n) only.
 */
export class Random {
  readonly #seed: bigint;
  readonly #stream: bigint;
  readonly #seedWords: readonly [number, number];
  readonly #streamWords: readonly [number, number];
  #position = 0;
  #block: Words4 = [0, 0, 0, 0];
  #blockIndex = -1;

  /** Integers, taken modulo 2^64. */
  constructor(seed: number | bigint, stream: number | bigint = 0) {
    this.#seed = toUnsigned64("seed", seed);
    this.#stream = toUnsigned64("stream", stream);
    this.#seedWords = toWords(this.#seed);
    this.#streamWords = toWords(this.#stream);
  }

  static fromState({ seed, stream, position }: RandomState): Random {
    if (!/^\d+$/.test(seed) || !/^\d+$/.test(stream) || !Number.isSafeInteger(position) || position < 0) {
      throw new SemblanceError("invalid_input", "The state of a random stream is damaged.", {
        remedy: "Use an intact checkpoint, or start again with a seed.",
      });
    }
    const random = new Random(BigInt(seed), BigInt(stream));
    random.#position = position;
    return random;
  }

  state(): RandomState {
    return { seed: String(this.#seed), stream: String(this.#stream), position: this.#position };
  }

  /** Uniform in [0, 1), a multiple of 2^-53. */
  uniform(): number {
    const high = this.#word() >>> 5;
    const low = this.#word() >>> 6;
    return (high * 2 ** 26 + low) / 2 ** 53;
  }

  /** Uniform among 0, 1, ..., below - 1; `below` is at most 2^32. */
  integer(below: number): number {
    if (!Number.isInteger(below) || below < 1 || below > 2 ** 32) {
      throw new SemblanceError("invalid_input", `There is no random integer below ${below}.`, {
        remedy: "Use a whole number from 1 to 2^32.",
      });
    }
    // Words at the end that would make small remainders more frequent are drawn again.
    const fair = 2 ** 32 - (2 ** 32 % below);
    let word = this.#word();
    while (word >= fair) word = this.#word();
    return word % below;
  }

  /** Standard normal: mean 0, variance 1. */
  normal(): number {
    return normalQuantile((this.#word() + 0.5) / 2 ** 32);
  }

  /** As many calls of `normal`, rounded to float32. */
  normals(length: number): Float32Array {
    const values = new Float32Array(length);
    for (let index = 0; index < length; index++) values[index] = this.normal();
    return values;
  }

  /** 0, 1, ..., length - 1 in an order of which each is equally likely (Fisher–Yates). */
  permutation(length: number): Uint32Array {
    const order = Uint32Array.from({ length }, (_, index) => index);
    for (let last = length - 1; last > 0; last--) {
      const chosen = this.integer(last + 1);
      [order[last], order[chosen]] = [order[chosen]!, order[last]!];
    }
    return order;
  }

  #word(): number {
    const blockIndex = Math.floor(this.#position / 4);
    if (blockIndex !== this.#blockIndex) {
      const counter: Words4 = [blockIndex >>> 0, Math.floor(blockIndex / 2 ** 32), ...this.#streamWords];
      this.#block = philox4x32(counter, this.#seedWords);
      this.#blockIndex = blockIndex;
    }
    return this.#block[this.#position++ % 4]!;
  }
}

function toUnsigned64(name: string, value: number | bigint): bigint {
  if (typeof value === "number" && !Number.isSafeInteger(value)) {
    throw new SemblanceError("invalid_input", `The ${name} ${value} is not a whole number.`, {
      remedy: "Use a whole number; those beyond 2^53 as bigint.",
    });
  }
  return BigInt.asUintN(64, BigInt(value));
}

function toWords(value: bigint): [low: number, high: number] {
  return [Number(value & 0xffffffffn), Number(value >> 32n)];
}
