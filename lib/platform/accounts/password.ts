/** Passwords are stored as scrypt hashes (RFC 7914) that include their cost parameters. */
import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from "node:crypto";
import PQueue from "p-queue";
import { SemblanceError } from "@/lib/errors";

/** N = 2^15 and r = 8 take 32 MB and some 80 ms: little for one sign-in, much for who guesses. */
const cost = { N: 2 ** 15, r: 8, p: 1 } as const;
const keyBytes = 32;

/** Leaves half of Node's four threads to files and names, and bounds the memory to 64 MB. */
const atOnce = 2;
/** Some four seconds' work. */
const mostWaiting = 100;

export type HashingTurn = {
  /** Goes before the others, and is never refused. */
  first?: boolean;
};

// Next bundles this module more than once; the queue must still be one per process.
const holder = globalThis as typeof globalThis & { semblanceHashing?: PQueue };

function derive(
  password: string,
  salt: Buffer,
  options: ScryptOptions,
  { first = false }: HashingTurn,
): Promise<Buffer> {
  holder.semblanceHashing ??= new PQueue({ concurrency: atOnce });
  const queue = holder.semblanceHashing;
  if (!first && queue.size >= mostWaiting) {
    throw new SemblanceError("unavailable", "Too many people are signing in at this moment.", {
      remedy: "Try again in a few seconds.",
    });
  }
  return queue.add(
    () =>
      new Promise<Buffer>((resolve, reject) => {
        const given = { ...options, maxmem: 128 * 2 ** 20 };
        scrypt(password.normalize("NFKC"), salt, keyBytes, given, (error, key) =>
          error ? reject(error) : resolve(key),
        );
      }),
    { priority: first ? 1 : 0 },
  );
}

/**
 * @returns `scrypt$N$r$p$salt$key`, salt and key in base64url
 * @throws SemblanceError `unavailable` when too many are waiting
 */
export async function hashPassword(password: string, turn: HashingTurn = {}): Promise<string> {
  const salt = randomBytes(16);
  return toText(salt, await derive(password, salt, cost, turn));
}

function toText(salt: Buffer, key: Buffer): string {
  return ["scrypt", cost.N, cost.r, cost.p, salt.toString("base64url"), key.toString("base64url")].join("$");
}

const decoy = toText(randomBytes(16), randomBytes(keyBytes));

/**
 * Whether `password` is the one that was hashed. Without a hash (no such account, or no password yet) the answer is
 * false after the same time, so that the time does not tell which addresses have accounts.
 *
 * @throws SemblanceError `unavailable` when too many are waiting
 */
export async function verifyPassword(
  password: string,
  hash: string | null,
  turn: HashingTurn = {},
): Promise<boolean> {
  const [scheme, n, r, p, salt, key] = (hash ?? decoy).split("$");
  if (scheme !== "scrypt" || !salt || !key) return false;
  const expected = Buffer.from(key, "base64url");
  const costs = { N: Number(n), r: Number(r), p: Number(p) };
  const actual = await derive(password, Buffer.from(salt, "base64url"), costs, turn);
  return hash !== null && expected.length === actual.length && timingSafeEqual(actual, expected);
}
