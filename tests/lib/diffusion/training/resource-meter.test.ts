import { availableParallelism } from "node:os";
import { expect, test } from "vitest";
import { ResourceMeter } from "@/lib/diffusion/training/resource-meter";

const use = (seconds: number, processorSeconds = 0) => ({
  nowMs: seconds * 1000,
  processorMicroseconds: processorSeconds * 1e6,
  memoryBytes: 5e8,
});
const cardless = { step: 100, imagesPerStep: 8, readCard: null };

test("throughput and load are those since the last point", () => {
  const meter = new ResourceMeter(cardless, use(0));
  expect(meter.tick(101, use(1))).toBeNull();
  expect(meter.tick(110, use(4, 2))).toEqual({
    type: "resources",
    step: 110,
    imagesPerSecond: 20,
    memoryBytes: 5e8,
    processorLoad: expect.closeTo(0.5 / availableParallelism(), 12),
    deviceMemoryBytes: null,
    deviceLoad: null,
  });
  expect(meter.tick(115, use(14, 2))).toMatchObject({ imagesPerSecond: 4, processorLoad: 0 });
});

test("a week at ten steps a second leaves a few thousand points", () => {
  const meter = new ResourceMeter(cardless, use(0));
  let points = 0;
  for (let step = 1; step <= 7 * 86_400; step++) if (meter.tick(step, use(step)) !== null) points++;
  expect(points).toBeGreaterThan(3000);
  // 1000 in the first 2000 s, then 1000 ln(604,800 / 2000) = 5700.
  expect(points).toBeLessThan(6800);
});

test("a card's use is that of the moment before", async () => {
  let load = 0.25;
  const readCard = async () => ({ load, memoryBytes: 1e9, totalMemoryBytes: null });
  const meter = new ResourceMeter({ ...cardless, readCard }, use(0));
  load = 0.75;
  await new Promise(setImmediate);
  expect(meter.tick(101, use(3))).toMatchObject({ deviceLoad: 0.25, deviceMemoryBytes: 1e9 });
  await new Promise(setImmediate);
  expect(meter.tick(102, use(6))).toMatchObject({ deviceLoad: 0.75 });
});
