import { expect, test } from "vitest";
import { TokenBuckets } from "@/web/token-buckets";

test("allows a burst, then as many requests as tokens are refilled, separately for each sender", () => {
  let now = 0;
  const buckets = new TokenBuckets({ burst: 3, perSecond: 2 }, () => now);
  const takes = (sender: string) => {
    try {
      buckets.take(sender);
      return true;
    } catch (thrown) {
      expect(thrown).toMatchObject({ code: "too_many_requests", details: { retryAfterSeconds: 1 } });
      return false;
    }
  };
  expect([1, 2, 3, 4].map(() => takes("a"))).toEqual([true, true, true, false]);
  expect(takes("b")).toBe(true);
  now = 499;
  expect(takes("a")).toBe(false);
  now = 500;
  expect([takes("a"), takes("a")]).toEqual([true, false]);
  now = 60_000;
  expect([1, 2, 3, 4].map(() => takes("a"))).toEqual([true, true, true, false]);
});

test("forgets the least recently seen of very many senders", () => {
  const buckets = new TokenBuckets({ burst: 1, perSecond: 0.001 });
  buckets.take("first");
  for (let index = 0; index < 20_000; index++) buckets.take(`made up ${index}`);
  expect(() => buckets.take("first")).not.toThrow();
  expect(() => buckets.take("made up 19999")).toThrow();
});
