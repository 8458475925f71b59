/** Event files, read back by a reader of its own: no code is shared with the writer but the checksum, which has its own test. */
import sharp from "sharp";
import { beforeAll, expect, test } from "vitest";
import { eventFileName } from "@/lib/fine-tunes/tensorboard/event-file-name";
import { maskedCrc32c } from "@/lib/fine-tunes/tensorboard/masked-crc32c";
import { runEvents } from "@/lib/fine-tunes/tensorboard/run-events";
import { stepTimes } from "@/lib/fine-tunes/tensorboard/step-times";
import { storeBlob } from "@/lib/platform/storage/store-blob";
import { withTestDatabase } from "@/tests/database";

const { db } = await withTestDatabase();

let fineTuneId: string;
let png: Buffer;

beforeAll(async () => {
  const { id: datasetId } = await db.dataset.create({ data: { name: "dogs", state: "READY" } });
  ({ id: fineTuneId } = await db.fineTune.create({
    data: {
      name: "run",
      part: "BASE",
      datasetId,
      settings: {},
      step: 3,
      totalSteps: 3,
      startedAt: new Date("2026-01-01T00:00:00Z"),
      finishedAt: new Date("2026-01-01T00:00:30Z"),
      losses: {
        create: [1, 2, 3].map((step) => ({
          step,
          loss: 1 / step,
          gradientNorm: 2,
          learningRate: 1e-4 * step,
        })),
      },
      resources: {
        create: {
          step: 2,
          at: new Date("2026-01-01T00:00:10Z"),
          imagesPerSecond: 12.5,
          memoryBytes: 2 ** 31,
          processorLoad: 0.75,
        },
      },
    },
  }));
  const create = { width: 8, height: 4, channels: 3 as const, background: { r: 9, g: 90, b: 60 } };
  png = await sharp({ create }).png().toBuffer();
  const { sha256 } = await storeBlob(png, { mediaType: "image/png", widthPx: 8, heightPx: 4 });
  await db.preview.create({
    data: { fineTuneId, step: 3, caption: "a brown dog", seed: 7, blobSha256: sha256 },
  });
});

async function readFile(): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of runEvents(fineTuneId)) pieces.push(piece);
  return Buffer.concat(pieces);
}

test("every step's values and the previews are in the file, with their steps and times", async () => {
  const [version, ...events] = readRecords(await readFile()).map(readEvent);
  expect(version).toMatchObject({ fileVersion: "brain.Event:2", step: 0 });
  const start = Date.UTC(2026, 0, 1) / 1000;
  expect(events.map(({ step, wallTime }) => [step, wallTime - start])).toEqual([
    [1, 5],
    [2, 10],
    [3, 30],
    [3, 30],
  ]);
  expect(events[1]!.values).toEqual([
    { tag: "training/loss", value: 0.5 },
    { tag: "training/gradient_norm", value: 2 },
    { tag: "training/learning_rate", value: Math.fround(2e-4) },
    { tag: "machine/images_per_second", value: 12.5 },
    { tag: "machine/memory_bytes", value: 2 ** 31 },
    { tag: "machine/processor_load", value: 0.75 },
  ]);
  expect(events[3]!.values).toEqual([
    { tag: "previews/a brown dog, seed 7", image: { height: 4, width: 8, colorspace: 3, png } },
  ]);
});

test("a byte that is changed anywhere is noticed by its checksum", async () => {
  const file = await readFile();
  for (const at of [3, 20, file.length - 1]) {
    const damaged = Buffer.from(file);
    damaged[at]! ^= 1;
    expect(() => readRecords(damaged)).toThrow();
  }
});

test("files have names that TensorBoard looks for", () => {
  expect(eventFileName(new Date(1_700_000_000_000), "My run, 2")).toBe(
    "events.out.tfevents.1700000000.My-run-2",
  );
});

test("times between those known are interpolated, and never go back after an interruption", () => {
  const at = (seconds: number) => new Date(seconds * 1000);
  const run = { createdAt: at(0), startedAt: at(100), finishedAt: at(400), step: 40 };
  const timeOf = stepTimes(run, [
    { step: 10, at: at(200) },
    { step: 20, at: at(150) },
  ]);
  expect([0, 5, 10, 15, 20, 30, 40, 50].map(timeOf)).toEqual([100, 150, 200, 200, 200, 300, 400, 400]);
});

/** Framing of tensorflow/core/lib/io/record_writer.h. */
function readRecords(file: Buffer): Buffer[] {
  const records: Buffer[] = [];
  for (let at = 0; at < file.length; ) {
    const length = Number(file.readBigUInt64LE(at));
    const head = file.subarray(at, at + 8);
    const data = file.subarray(at + 12, at + 12 + length);
    if (file.readUInt32LE(at + 8) !== maskedCrc32c(head)) throw new Error("The length is damaged.");
    if (data.length < length || file.readUInt32LE(at + 12 + length) !== maskedCrc32c(data))
      throw new Error("The data is damaged.");
    records.push(data);
    at += length + 16;
  }
  return records;
}

type Field = { number: number; bytes: Buffer; whole: number };

/** The wire format of protocol buffers: varints (0), 64 bits (1), bytes (2), 32 bits (5). */
function readFields(data: Buffer): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const varint = () => {
    for (let [value, factor] = [0, 1]; ; factor *= 128) {
      const byte = data[at++]!;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
  };
  while (at < data.length) {
    const tag = varint();
    const type = tag & 7;
    const number = tag >>> 3;
    if (type === 0) {
      fields.push({ number, bytes: Buffer.alloc(0), whole: varint() });
      continue;
    }
    const length = type === 1 ? 8 : type === 5 ? 4 : varint();
    fields.push({ number, bytes: data.subarray(at, at + length), whole: 0 });
    at += length;
  }
  return fields;
}

function readEvent(data: Buffer) {
  const fields = readFields(data);
  const field = (number: number, of = fields) => of.find((each) => each.number === number);
  const values = readFields(field(5)?.bytes ?? Buffer.alloc(0)).map(({ bytes }) => {
    const value = readFields(bytes);
    const tag = field(1, value)!.bytes.toString();
    const scalar = field(2, value);
    if (scalar) return { tag, value: scalar.bytes.readFloatLE() };
    const image = readFields(field(4, value)!.bytes);
    const [height, width, colorspace] = [1, 2, 3].map((number) => field(number, image)!.whole);
    return { tag, image: { height, width, colorspace, png: field(4, image)!.bytes } };
  });
  return {
    wallTime: field(1)!.bytes.readDoubleLE(),
    step: field(2)?.whole ?? 0,
    fileVersion: field(3)?.bytes.toString(),
    values,
  };
}
