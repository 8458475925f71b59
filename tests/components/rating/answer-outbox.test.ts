import { describe, expect, it } from "vitest";
import { newClientKey } from "@/components/rating/answer-outbox";
import { ratingInput } from "@/lib/ratings/submit-rating";

describe("newClientKey", () => {
  it("makes keys that the server takes, a new one each time", () => {
    const keys = Array.from({ length: 200 }, newClientKey);
    expect(new Set(keys).size).toBe(200);
    for (const clientKey of keys) expect(ratingInput.shape.clientKey.safeParse(clientKey).success).toBe(true);
  });
});
