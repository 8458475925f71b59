/** Checkpoints from other people's scripts: nested, prefixed, several in one file, together with anything else. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, test } from "vitest";
import { openWeights } from "@/lib/diffusion/model/weight-sets";
import type { TensorToWrite } from "@/lib/tensor-files/tensor-to-write";
import { writeSafetensors } from "@/lib/tensor-files/write-safetensors";
import { sharedPath } from "@/tests/shared";
import { useTemporaryFolder } from "../../tensor-files/temporary-folder";
import {
  floats,
  type PickleSource,
  pickle,
  pickleInstructions,
  tensor,
  torchLegacy,
  torchZip,
} from "../../tensor-files/torch-files";

const folder = useTemporaryFolder();

const one = (key: string) => tensor({ key, storageLength: 1, shape: [1], strides: [1] });
const names = ["input_blocks.0.0.weight", "input_blocks.0.0.bias", "out.2.weight"];
type Dict = { readonly dict: readonly (readonly [PickleSource, PickleSource])[] };
/** A model of three tensors whose value tells which it is. */
const weights = (key: string, prefix = ""): Dict => ({
  dict: names.map((name) => [prefix + name, one(key)] as const),
});
const storages = { 1: floats(1), 2: floats(2), 3: floats(3), 4: floats(4) };
const loss: [string, PickleSource] = ["loss", one("4")];
const number = (...value: readonly [string, PickleSource][]): Dict => ({ dict: value });

async function read(root: PickleSource, key?: string) {
  const opened = await openWeights(folder.write("case.pt", torchZip(pickle(root), storages)), key);
  const { checkpoint } = opened;
  try {
    const [value] = await checkpoint.readFloat32("out.2.weight");
    return { ...opened, value, names: [...checkpoint.tensors.keys()] };
  } finally {
    await checkpoint.close();
  }
}

const namespace = (attributes: Dict, ...name: readonly [string, string]): PickleSource => ({
  raw: [
    ...pickleInstructions({ global: name }),
    ...pickleInstructions({ tuple: [] }),
    0x81,
    ...pickleInstructions(attributes),
    0x62,
  ],
});

/** A tensor as torch pickles one of its own class. */
function ofSubclass(plain: PickleSource): PickleSource {
  const { call, args } = plain as { call: readonly [string, string]; args: readonly PickleSource[] };
  return {
    call: ["torch._tensor", "_rebuild_from_type_v2"],
    args: [{ global: call }, { global: ["fastai.torch_core", "TensorBase"] }, { tuple: args }, number()],
  };
}

describe("the weights of a model", () => {
  it.each<[string, PickleSource, string]>([
    ["at the top", weights("1"), ""],
    ["beside a loss that is a tensor", number(["state_dict", weights("1")], loss), "state_dict"],
    ["of DataParallel", weights("1", "module."), "module"],
    ["of torch.compile", weights("1", "_orig_mod.module."), "_orig_mod.module"],
    ["of Lightning", number(["state_dict", weights("1", "model.")], ["epoch", 3]), "state_dict.model"],
    ["below a name of its own", number(["unet", number(["inner", weights("1")])], loss), "unet.inner"],
    ["before an optimizer", { tuple: [weights("1"), number(["state", number(loss)])] }, "0"],
    ["as an average alone", number(["ema", weights("1")], ["step", one("4")]), "ema"],
    [
      "beside moments of the same names",
      number(["optimizer", number(["exp_avg", weights("2")])], ["net", weights("1")]),
      "net",
    ],
    [
      "beside numbered moments",
      number(["model", weights("1")], ["optimizer", number(["state", { dict: [[0, one("2")]] }])]),
      "model",
    ],
    ...[true, null, { tuple: ["a", 1] }, one("2"), { call: ["builtins", "Enum"], args: [1] } as const].map(
      (key): [string, PickleSource, string] => [
        `beside a tensor whose key is ${JSON.stringify(key).slice(0, 40)}`,
        number(["model", weights("1")], ["moments", { dict: [[key, one("2")]] }]),
        "model",
      ],
    ),
    ["of a subclass of torch.Tensor", { dict: names.map((name) => [name, ofSubclass(one("1"))]) }, ""],
    [
      "beside a quantised parameter",
      number(
        ["model", weights("1")],
        [
          "head",
          {
            call: ["torch._utils", "_rebuild_parameter"],
            args: [{ call: ["torch._utils", "_rebuild_qtensor"], args: [1] }, false, number()],
          },
        ],
      ),
      "model",
    ],
    [
      "inside of a pickled module",
      namespace(
        number(
          [
            "_modules",
            {
              dict: [
                [
                  "input_blocks.0.0",
                  namespace(number(["_parameters", { dict: [["weight", one("1")]] }]), "a", "Conv"),
                ],
                ["out.2", namespace(number(["_parameters", { dict: [["weight", one("1")]] }]), "a", "Conv")],
              ],
            },
          ],
          ["_parameters", { dict: [] }],
        ),
        "a",
        "UNet",
      ),
      "",
    ],
    [
      "in a dict of a class that is not known",
      {
        raw: [
          ...pickleInstructions({ call: ["collections", "defaultdict"], args: [] }),
          0x28,
          ...weights("1").dict.flat().flatMap(pickleInstructions),
          0x75,
        ],
      },
      "",
    ],
  ])("are found %s", async (_claim, root, key) => {
    const { chosen, sets, value, names: found } = await read(root);
    expect({ key: chosen.key, sets: sets.length, value }).toEqual({ key, sets: 1, value: 1 });
    expect(found).toContain("input_blocks.0.0.weight");
    expect(found).not.toContain("loss");
  });

  it("are the model's if there is an average too, which a key chooses; both are reported", async () => {
    const root = number(["ema", weights("2")], ["model", weights("1")], ["step", one("4")]);
    const taken = await read(root);
    expect(taken).toMatchObject({
      value: 1,
      chosen: { key: "model" },
      sets: [{ key: "model" }, { key: "ema" }],
    });
    expect(taken.notes).toEqual([expect.stringMatching(/2 sets of weights\. Using “model”.*“ema”/)]);
    expect(await read(root, "ema")).toMatchObject({
      value: 2,
      chosen: { key: "ema" },
      notes: [expect.any(String)],
    });
    await expect(read(root, "average")).rejects.toMatchObject({
      code: "invalid_input",
      message: "case.pt has no weights under the key “average”. It has weights under “model”, “ema”.",
    });
  });

  it("are distinguished by prefix within one state dict, and a key's last part is enough", async () => {
    const both = { dict: [...weights("2", "model_ema.").dict, ...weights("1", "model.").dict] };
    const root = number(["state_dict", both]);
    expect(await read(root)).toMatchObject({ value: 1, names });
    expect(await read(root, "model_ema")).toMatchObject({
      value: 2,
      chosen: { key: "state_dict.model_ema" },
    });
  });

  it("are found in safetensors by prefix, among integers and unsupported types", async () => {
    const path = join(folder.path, "prefixed.safetensors");
    const half: TensorToWrite = { dtype: "bfloat16", shape: [1], data: Float32Array.of(1.5) };
    await writeSafetensors(
      path,
      new Map<string, TensorToWrite>([
        ...names.map((name) => [`module.${name}`, half] as const),
        ["step", { dtype: "int64", shape: [1], data: BigInt64Array.of(3n) }],
      ]),
    );
    const { checkpoint, chosen } = await openWeights(path);
    expect(chosen).toEqual({ key: "module", size: 3 });
    expect(await checkpoint.readFloat32("out.2.weight")).toEqual(Float32Array.of(1.5));
    await checkpoint.close();
    const header = JSON.stringify({
      "input_blocks.0.0.weight": { dtype: "F32", shape: [1], data_offsets: [0, 4] },
      "scale.fp8": { dtype: "F8_E4M3", shape: [3], data_offsets: [4, 7] },
    });
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(header.length));
    const bytes = Buffer.concat([length, Buffer.from(header), Buffer.alloc(7)]);
    const opened = await openWeights(folder.write("fp8.safetensors", bytes));
    expect([...opened.checkpoint.tensors.keys()]).toEqual(["input_blocks.0.0.weight"]);
    expect([...opened.unread]).toEqual([["scale.fp8", "F8_E4M3"]]);
    await opened.checkpoint.close();
  });

  test.runIf(sharedPath("cases/04-top-level-tensor/with-loss.pt"))(
    "are found in the shared cases",
    async () => {
      for (const [name, key] of [
        ["with-loss", "model_state_dict"],
        ["with-step", "model"],
        ["without-loss", "model_state_dict"],
      ]) {
        const { checkpoint, chosen } = await openWeights(sharedPath(`cases/04-top-level-tensor/${name}.pt`)!);
        expect(chosen).toEqual({ key, size: 1 });
        await checkpoint.close();
      }
    },
  );
});

describe("objects of classes that are not known", () => {
  const owned = join(folder.path, "owned");
  const beside: [string, PickleSource][] = [
    [
      "args",
      namespace(
        number(["lr", 3], ["nested", namespace(number(["t", one("4")]), "argparse", "Namespace")]),
        "argparse",
        "Namespace",
      ),
    ],
    [
      "step",
      {
        call: ["numpy.core.multiarray", "scalar"],
        args: [{ call: ["numpy", "dtype"], args: ["i8", false] }, "x"],
      },
    ],
    ["config", { call: ["omegaconf.dictconfig", "DictConfig"], args: [] }],
    [
      "named",
      {
        raw: [
          ...pickleInstructions({ global: ["a", "B"] }),
          ...pickleInstructions({ tuple: [] }),
          ...pickleInstructions(number()),
          0x92,
        ],
      },
    ],
    ["old", { raw: [0x28, 0x69, ...Buffer.from("c\nD\n")] }],
    ["obj", { raw: [0x28, ...pickleInstructions({ global: ["e", "F"] }), ...pickleInstructions("x"), 0x6f] }],
    ["evil", { call: ["os", "system"], args: [`touch ${owned}`] }],
    [
      "result",
      {
        raw: [
          ...pickleInstructions({ call: ["functools", "partial"], args: [] }),
          ...pickleInstructions({ tuple: [] }),
          0x52,
        ],
      },
    ],
    [
      "complex",
      tensor({ storageClass: "ComplexFloatStorage", key: "9", storageLength: 1, shape: [1], strides: [1] }),
    ],
  ];
  const root = number(...beside, ["model", weights("1")]);

  it("are ignored in both formats, and never executed; plain attributes are metadata", async () => {
    const { notes, value, checkpoint } = await read(root);
    expect(value).toBe(1);
    expect(existsSync(owned)).toBe(false);
    expect(notes.join("\n")).toMatch(
      /unknown objects: argparse\.Namespace, numpy\.core.* more\. None of their code was run/,
    );
    expect(notes.at(-1)).toBe("No checkpoint needs os.system: do not load this file in PyTorch.");
    expect(checkpoint.metadata.args).toBeUndefined();
    const plain = await read(
      number(["args", namespace(number(["lr", 3]), "argparse", "Namespace")], ["model", weights("1")]),
    );
    expect(plain.checkpoint.metadata).toEqual({ args: '{"lr":3}' });
  });

  it("do not stand in the way of the format before 1.6, where storages of other types are in between", async () => {
    const old = (key: string) => tensor({ key, storageLength: 1, shape: [1], strides: [1] }, [null]);
    const complex = tensor(
      { storageClass: "ComplexFloatStorage", key: "c", storageLength: 1, shape: [1], strides: [1] },
      [null],
    );
    const legacy = number(
      ["args", namespace(number(["lr", 3]), "argparse", "Namespace")],
      ["c", complex],
      ["model", { dict: names.map((name) => [name, old("w")] as const) }],
    );
    const bytes = torchLegacy(legacy, [
      { key: "c", length: 1, bytes: new Uint8Array(8) },
      { key: "w", length: 1, bytes: floats(5) },
    ]);
    const { checkpoint } = await openWeights(folder.write("legacy.pt", bytes));
    expect(await checkpoint.readFloat32("out.2.weight")).toEqual(Float32Array.of(5));
    await checkpoint.close();
  });

  it("and unused tensors out of bounds do not make a file damaged, used ones do", async () => {
    const bad = tensor({ storageLength: 1, key: "1", shape: [9], strides: [1] });
    expect((await read(number(["other", number(["x", bad])], ["model", weights("1")]))).value).toBe(1);
    const broken = { dict: [...weights("1").dict, ["out.2.bias", bad] as const] };
    await expect(read(number(["model", broken]))).rejects.toThrow(/out\.2\.bias reaches element 8/);
  });
});
