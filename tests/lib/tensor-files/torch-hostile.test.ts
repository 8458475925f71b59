/** Damaged or malicious torch.save files: each is rejected with a message, quickly and in little memory. */
import { zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { SemblanceError } from "@/lib/errors";
import { openCheckpoint } from "@/lib/tensor-files/load-checkpoint";
import { useTemporaryFolder } from "./temporary-folder";
import {
  floats,
  type PickleSource,
  pickle,
  pickleInstructions,
  tensor,
  torchLegacy,
  torchZip,
} from "./torch-files";

const folder = useTemporaryFolder();
const x = tensor({ storageLength: 4, shape: [2, 2], strides: [2, 1] });
const fourFloats = { 0: floats(1, 2, 3, 4) };

async function open(bytes: Uint8Array) {
  return openCheckpoint(folder.write("case.pt", bytes));
}

async function expectRefusal(bytes: Uint8Array, message: RegExp): Promise<void> {
  const opening = open(bytes);
  await expect(opening).rejects.toThrow(SemblanceError);
  await expect(opening).rejects.toThrow(message);
  await expect(opening).rejects.toMatchObject({ remedy: expect.any(String) });
}

function zipOf(root: PickleSource): Uint8Array {
  return torchZip(pickle(root), fourFloats);
}

describe("the files of this test", () => {
  it("are read if nothing is wrong with them", async () => {
    const zip = await open(zipOf({ dict: [["x", x]] }));
    expect(await zip.readFloat32("x")).toEqual(Float32Array.of(1, 2, 3, 4));
    await zip.close();
    const legacyRoot = {
      dict: [["x", tensor({ storageLength: 4, shape: [2, 2], strides: [1, 2] }, [null])]],
    } as const;
    const legacy = await open(torchLegacy(legacyRoot, [{ key: "0", length: 4, bytes: floats(1, 2, 3, 4) }]));
    expect(await legacy.readFloat32("x")).toEqual(Float32Array.of(1, 3, 2, 4));
    await legacy.close();
  });
});

describe("globals", () => {
  it.each([
    ["os", "system", ["echo owned > /tmp/owned"]],
    ["builtins", "eval", ["1+1"]],
    ["__builtin__", "getattr", [1, "x"]],
    ["torch", "load", ["x"]],
    ["torch._utils", "_rebuild_tensor_v2.__globals__", []],
    ["numpy.core.multiarray", "scalar", []],
  ])("refuses %s.%s by name, in both formats", async (module, name, args) => {
    const root: PickleSource = { dict: [["x", { call: [module, name], args }]] };
    const pattern = new RegExp(`${module}.${name}`.replaceAll(".", "\\."));
    await expectRefusal(zipOf(root), pattern);
    await expectRefusal(torchLegacy(root, []), pattern);
  });

  it("rejects a global that is only named, or assembled from the stack", async () => {
    await expectRefusal(zipOf({ dict: [["x", { global: ["posix", "system"] }]] }), /posix\.system/);
    const stackGlobal = [...pickleInstructions("subprocess"), ...pickleInstructions("Popen"), 0x93];
    await expectRefusal(zipOf({ raw: stackGlobal }), /subprocess\.Popen/);
    await expectRefusal(zipOf({ raw: [0x28, 0x69, ...Buffer.from("os\nsystem\n")] }), /os\.system/);
  });

  it("shows control characters of a name as such and cuts its length", async () => {
    const error = await open(zipOf({ global: ["a\u001b[31m", "b".repeat(5000)] })).catch(
      (thrown: Error) => thrown,
    );
    expect((error as Error).message).toContain("a\\u{1b}[31m");
    expect((error as Error).message.length).toBeLessThan(700);
  });

  it("does not call what is not a constructor, nor set attributes of anything but state dicts", async () => {
    const emptyTuple = 0x29;
    await expectRefusal(zipOf({ raw: [...pickleInstructions("print"), emptyTuple, 0x52] }), /not a function/);
    await expectRefusal(
      zipOf({ raw: [...pickleInstructions({ global: ["torch", "FloatStorage"] }), emptyTuple, 0x52] }),
      /calls torch\.FloatStorage/,
    );
    await expectRefusal(zipOf({ raw: [...pickleInstructions(x), 0x7d, 0x62] }), /attributes/);
  });
});

describe("tensors that cannot be", () => {
  it.each<[string, Parameters<typeof tensor>[0], RegExp]>([
    ["reaches past its storage", { storageLength: 4, shape: [3, 2], strides: [2, 1] }, /reaches element 5/],
    [
      "starts past its storage",
      { storageLength: 4, offset: 4, shape: [1], strides: [1] },
      /reaches element 4/,
    ],
    [
      "is enormous",
      { storageLength: 4, shape: [2 ** 30, 2 ** 30], strides: [2 ** 30, 1] },
      /reaches element/,
    ],
    [
      "repeats a number to gigabytes",
      { storageLength: 4, shape: [2 ** 15, 2 ** 15], strides: [0, 0] },
      /repeats/,
    ],
    ["overlaps itself", { storageLength: 4, shape: [2, 2], strides: [1, 1] }, /overlaps/],
    ["has a negative stride", { storageLength: 4, offset: 3, shape: [4], strides: [-1] }, /whole numbers/],
    ["has fewer strides than axes", { storageLength: 4, shape: [2, 2], strides: [1] }, /one stride per axis/],
    ["has a thousand axes", { storageLength: 4, shape: new Array(1000).fill(1), strides: [] }, /1000 axes/],
    [
      "has a storage that is not there",
      { storageLength: 4, key: "7", shape: [1], strides: [1] },
      /storage 7 is missing/,
    ],
    [
      "has a storage outside of the archive",
      { storageLength: 4, key: "../../x", shape: [1], strides: [1] },
      /missing/,
    ],
    [
      "claims a larger storage than there is",
      { storageLength: 5, shape: [1], strides: [1] },
      /should have 5 elements/,
    ],
    [
      "claims another type",
      { storageClass: "LongStorage", storageLength: 4, shape: [1], strides: [1] },
      /16 bytes/,
    ],
    [
      "is of a type that is not supported",
      { storageClass: "ComplexFloatStorage", storageLength: 4, shape: [1], strides: [1] },
      /ComplexFloatStorage/,
    ],
  ])("refuses one that %s, by name", async (_claim, source, message) => {
    await expectRefusal(zipOf({ dict: [["layer.weight", tensor(source)]] }), message);
  });

  it("allows small expanded views", async () => {
    const expanded = tensor({ storageLength: 4, offset: 1, shape: [2, 3], strides: [1, 0] });
    const checkpoint = await open(zipOf({ dict: [["x", expanded]] }));
    expect(await checkpoint.readFloat32("x")).toEqual(Float32Array.of(2, 2, 2, 3, 3, 3));
    await checkpoint.close();
  });

  it("rejects thousands of names for one large storage", async () => {
    const length = 2 ** 20;
    const view = tensor({ storageLength: length, shape: [length], strides: [1] });
    const names = Array.from({ length: 100 }, (_, index): [string, PickleSource] => [`w${index}`, view]);
    await expectRefusal(
      torchZip(pickle({ dict: names }), { 0: new Uint8Array(length * 4) }),
      /claim 419430400 bytes/,
    );
  });
});

describe("pickles that would fill memory or time", () => {
  const repeat = (instructions: readonly number[], times: number) =>
    Array.from({ length: times }, () => instructions).flat();
  const binput = (key: number) => [0x71, key];
  const binget = (key: number) => [0x68, key];

  it("costs nothing to nest references exponentially", async () => {
    // Each list holds the one before ten times: 10^40 strings if written out. Only the last stays on the stack.
    const laughs = [...pickleInstructions("ha"), ...binput(0)];
    for (let level = 1; level <= 40; level++) {
      laughs.push(0x30, 0x5d, 0x28, ...repeat(binget(level - 1), 10), 0x65, ...binput(level));
    }
    const root: PickleSource = {
      dict: [
        ["laughs", { raw: laughs }],
        ["x", x],
      ],
    };
    const checkpoint = await open(zipOf(root));
    expect([...checkpoint.tensors.keys()]).toEqual(["x"]);
    expect(checkpoint.metadata).toEqual({});
    await checkpoint.close();
  });

  it("survives lists and dicts that contain themselves", async () => {
    const selfish = [0x5d, ...binput(0), ...binget(0), 0x61];
    const checkpoint = await open(
      zipOf({
        dict: [
          ["loop", { raw: selfish }],
          ["x", x],
        ],
      }),
    );
    expect(checkpoint.metadata).toEqual({});
    await checkpoint.close();
  });

  it.each<[string, number[], RegExp]>([
    ["a text longer than the file", [0x58, 0xff, 0xff, 0xff, 0xff], /ends too soon/],
    ["bytes of absurd length", [0x8e, ...new Array(8).fill(0xff)], /implausibly large/],
    ["an integer of a gigabyte", [0x8b, 0, 0, 0, 0x40], /integer has 1073741824 bytes/],
    ["two million values", repeat([0x4e], 2_000_000), /more than 1000000 values/],
    ["a million open collections", repeat([0x28], 1_100_000), /more than 1000000 values/],
    [
      "copies of copies",
      [
        ...pickleInstructions("a".repeat(100_000)),
        ...binput(0),
        ...repeat([...pickleInstructions({ global: ["_codecs", "encode"] }), ...binget(0), 0x85, 0x52], 100),
      ],
      /copies/,
    ],
    ["a reference to nothing", [...binget(5)], /never made/],
    ["a missing value", [0x85], /from an empty stack/],
    ["a close without an open", [0x74], /never opened/],
    ["an item of a number", [0x4b, 1, 0x4b, 2, 0x4b, 3, 0x73], /not a dict/],
    ["a key without a value", [0x7d, 0x28, 0x4b, 1, 0x75], /without a value/],
    ["an unknown instruction", [0x82, 1], /0x82/],
    ["text that is not UTF-8", [0x8c, 1, 0xff], /UTF-8/],
    ["protocol 9", [0x80, 9], /protocol 9/],
  ])("refuses %s", async (_claim, instructions, message) => {
    const pickled = Buffer.concat([Buffer.from([0x80, 2]), Buffer.from(instructions), Buffer.from([0x2e])]);
    await expectRefusal(torchZip(pickled, {}), message);
  });
});

describe("archives", () => {
  it("rejects compressed entries, however small their stated size", async () => {
    const bomb = zipSync({ "archive/data.pkl": new Uint8Array(2 ** 20) }, { level: 9 });
    await expectRefusal(bomb, /compressed/);
  });

  it("rejects a pickle of more than 16 MB", async () => {
    await expectRefusal(torchZip(new Uint8Array(17 * 2 ** 20), {}), /17825792 bytes/);
  });

  it("rejects zip files that torch.save did not write", async () => {
    await expectRefusal(zipSync({ "a.txt": floats(1) }, { level: 0 }), /not one that torch\.save wrote/);
    const two = { "a/data.pkl": pickle(1), "b/data.pkl": pickle(2) };
    await expectRefusal(zipSync(two, { level: 0 }), /not one that torch\.save wrote/);
    const script = { "archive/constants.pkl": pickle(1) };
    await expectRefusal(torchZip(pickle({ dict: [["x", x]] }), fourFloats, script), /TorchScript/);
  });

  it("rejects big-endian numbers", async () => {
    const order = { "archive/byteorder": Buffer.from("big") };
    await expectRefusal(torchZip(pickle({ dict: [["x", x]] }), fourFloats, order), /big-endian/);
  });

  it("says when a download stopped half-way", async () => {
    const whole = zipOf({ dict: [["x", x]] });
    await expectRefusal(whole.subarray(0, whole.length - 30), /truncated|cannot be read/);
    const legacyRoot = {
      dict: [["x", tensor({ storageLength: 4, shape: [4], strides: [1] }, [null])]],
    } as const;
    const legacy = torchLegacy(legacyRoot, [{ key: "0", length: 4, bytes: floats(1, 2, 3, 4) }]);
    await expectRefusal(legacy.subarray(0, legacy.length - 5), /ends before/);
    await expectRefusal(legacy.subarray(0, 40), /ends too soon/);
  });

  it("rejects legacy storages of absurd or negative length", async () => {
    const root: PickleSource = {
      dict: [["x", tensor({ storageLength: 4, shape: [4], strides: [1] }, [null])]],
    };
    for (const length of [-1, 2 ** 50]) {
      await expectRefusal(
        torchLegacy(root, [{ key: "0", length, bytes: floats(1, 2, 3, 4) }]),
        /ends before/,
      );
    }
  });
});

describe("files that are something else", () => {
  it.each<[string, string, RegExp]>([
    ["an empty file", "", /empty/],
    ["a text", "hello", /neither a torch nor a safetensors/],
    ["a web page", "<!DOCTYPE html><html>", /web page/],
    ["a Git LFS pointer", "version https://git-lfs.github.com/spec/v1\n", /git lfs|Git LFS/],
  ])("says so of %s", async (_claim, content, message) => {
    await expectRefusal(Buffer.from(content), message);
  });

  it("says so for a folder, a missing file, and a checkpoint without tensors", async () => {
    await expect(openCheckpoint(folder.path)).rejects.toThrow(/is not a file/);
    await expect(openCheckpoint(`${folder.path}/none.pt`)).rejects.toMatchObject({ code: "not_found" });
    await expect(open(zipOf({ dict: [["epoch", 3]] }))).rejects.toMatchObject({ code: "missing_tensor" });
    await expect(open(zipOf("text"))).rejects.toMatchObject({ code: "missing_tensor" });
  });
});
