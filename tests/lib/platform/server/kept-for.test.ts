import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { keptFor } from "@/lib/platform/server/kept-for";

beforeEach(() => void vi.useFakeTimers({ toFake: ["performance"] }));
afterEach(() => void vi.useRealTimers());

test("computes each key once until the time has passed", async () => {
  const kept = keptFor<number>(100);
  let asked = 0;
  const find = async () => ++asked;
  expect(await Promise.all([kept("a", find), kept("a", find), kept("b", find)])).toEqual([1, 1, 2]);
  vi.advanceTimersByTime(99);
  expect(await kept("a", find)).toBe(1);
  vi.advanceTimersByTime(1);
  expect(await kept("a", find)).toBe(3);
});

test("does not cache a failure", async () => {
  const kept = keptFor<string>(100);
  await expect(kept("a", () => Promise.reject(new Error("away")))).rejects.toThrow("away");
  expect(await kept("a", async () => "there")).toBe("there");
});
