/** Gives the tests of a file a computing pool as the web server has it. */
import { afterAll } from "vitest";
import { computeIn } from "@/lib/computations/compute";
import {
  type ComputingPool,
  createComputingPool,
  usualPoolOptions,
} from "@/lib/platform/computing/computing-pool";

/** To be called after `withTestDatabase`, whose database the processes then use. */
export function withComputing(): ComputingPool {
  const pool = createComputingPool({
    ...usualPoolOptions,
    entry: new URL("../lib/computations/process.ts", import.meta.url),
  });
  computeIn(pool);
  afterAll(pool.close);
  return pool;
}
