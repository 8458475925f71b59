import { expect, test } from "vitest";
import { parseCardUse, readCardUse } from "@/lib/engine/runtime/card-use";

test("load and memory are read from the driver's line", () => {
  expect(parseCardUse("37, 4096, 24576\n")).toEqual({
    load: 0.37,
    memoryBytes: 4096 * 2 ** 20,
    totalMemoryBytes: 24576 * 2 ** 20,
  });
  expect(parseCardUse("37, 4096, [N/A]\n")).toMatchObject({ totalMemoryBytes: null });
});

test.each(["12, 100\n80, 200\n", "[N/A], 100\n", "", "No devices were found\n"])(
  "nothing is claimed of several cards or of one that does not tell: %j",
  (text) => expect(parseCardUse(text)).toBeNull(),
);

test("a machine without the driver has no answer, and no error", async () => {
  const path = process.env.PATH;
  process.env.PATH = "";
  try {
    expect(await readCardUse()).toBeNull();
  } finally {
    process.env.PATH = path;
  }
});
