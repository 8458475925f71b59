/**
 * The work that a browser does before somebody joins by an open link: it makes sixty identities cost a minute of a
 * processor instead of nothing. Runs in the browser, in a worker, on its own SHA-256: over plain http browsers offer none.
 *
 * A challenge is a text; each of its puzzles asks for a number such that SHA-256 of "PUZZLE INDEX NUMBER" begins with
 * `zeroBits` zero bits. Many small puzzles take a more even time than one large one.
 */

/** Together 2^18 hashes on average, with a standard deviation of a quarter of that. */
export const puzzles = 16;
export const zeroBits = 14;

/** Between a proof's challenge and its numbers, which dots separate. Neither is part of a challenge. */
const mark = "~";

export type Proof = { challenge: string; numbers: string[] };

/** The last part of a challenge, which is different for each: short, so that what is hashed fits into one block. */
export function puzzleText(challenge: string, index: number, number: string): string {
  return `${challenge.slice(challenge.lastIndexOf(".") + 1)} ${index} ${number}`;
}

/** @returns the proof, as a form sends it */
export function solveChallenge(challenge: string): string {
  const numbers = Array.from({ length: puzzles }, (_, index) => solvePuzzle(challenge, index));
  return `${challenge}${mark}${numbers.join(".")}`;
}

/** Null for a text that is no proof. */
export function readProof(text: string): Proof | null {
  const [challenge, list, more] = text.split(mark);
  const numbers = list?.split(".") ?? [];
  if (!challenge || more !== undefined || numbers.length !== puzzles) return null;
  return numbers.every((number) => /^\d{1,10}$/.test(number)) ? { challenge, numbers } : null;
}

function solvePuzzle(challenge: string, index: number): string {
  const start = puzzleText(challenge, index, "");
  for (let number = 0; ; number++) {
    if (firstWord(start + number) >>> (32 - zeroBits) === 0) return String(number);
  }
}

/** Fractional parts of the cube roots of the first 64 primes, and of the square roots of the first eight. */
const [roundConstants, initialState] = makeConstants();

function makeConstants(): [Int32Array, Int32Array] {
  const rounds = new Int32Array(64);
  const state = new Int32Array(8);
  let found = 0;
  for (let candidate = 2; found < 64; candidate++) {
    let isPrime = true;
    for (let divisor = 2; divisor * divisor <= candidate; divisor++) {
      if (candidate % divisor === 0) isPrime = false;
    }
    if (!isPrime) continue;
    if (found < 8) state[found] = fraction(candidate ** (1 / 2));
    rounds[found++] = fraction(candidate ** (1 / 3));
  }
  return [rounds, state];
}

function fraction(value: number): number {
  return ((value - Math.floor(value)) * 2 ** 32) | 0;
}

const words = new Int32Array(64);

/**
 * First 32 bits of SHA-256 (FIPS 180-4) of a text of one block.
 *
 * @param text ASCII, at most 55 characters
 */
export function firstWord(text: string): number {
  words.fill(0, 0, 16);
  for (let at = 0; at < text.length; at++) {
    words[at >> 2]! |= text.charCodeAt(at) << (24 - 8 * (at & 3));
  }
  words[text.length >> 2]! |= 0x80 << (24 - 8 * (text.length & 3));
  words[15] = text.length * 8;
  for (let at = 16; at < 64; at++) {
    const before = words[at - 15]!;
    const last = words[at - 2]!;
    const low = turn(before, 7) ^ turn(before, 18) ^ (before >>> 3);
    const high = turn(last, 17) ^ turn(last, 19) ^ (last >>> 10);
    words[at] = (words[at - 16]! + low + words[at - 7]! + high) | 0;
  }
  let a = initialState[0]!;
  let b = initialState[1]!;
  let c = initialState[2]!;
  let d = initialState[3]!;
  let e = initialState[4]!;
  let f = initialState[5]!;
  let g = initialState[6]!;
  let h = initialState[7]!;
  for (let at = 0; at < 64; at++) {
    const first =
      (h +
        (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) +
        ((e & f) ^ (~e & g)) +
        roundConstants[at]! +
        words[at]!) |
      0;
    const second = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + first) | 0;
    d = c;
    c = b;
    b = a;
    a = (first + second) | 0;
  }
  return (a + initialState[0]!) | 0;
}

function turn(value: number, by: number): number {
  return (value >>> by) | (value << (32 - by));
}
