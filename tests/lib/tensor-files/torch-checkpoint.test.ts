/** Which tensors of a torch.save file count as the model's, and views of storages in old files. */
import { describe, expect, it } from "vitest";
import { openCheckpoint } from "@/lib/tensor-files/load-checkpoint";
import { useTemporaryFolder } from "./temporary-folder";
import { floats, type PickleSource, pickle, tensor, torchLegacy, torchZip } from "./torch-files";

const folder = useTemporaryFolder();

async function open(bytes: Uint8Array) {
  return openCheckpoint(folder.write("case.pt", bytes));
}

describe("which tensors are the model's", () => {
  const x = tensor({ storageLength: 4, shape: [2, 2], strides: [2, 1] });
  const y = tensor({ storageLength: 4, shape: [4], strides: [1] });

  it.each<[string, PickleSource, string[]]>([
    [
      "those at the top level",
      {
        dict: [
          ["x", x],
          ["inner", { dict: [["y", y]] }],
        ],
      },
      ["x"],
    ],
    [
      "those under a customary name",
      {
        dict: [
          [
            "ema",
            {
              dict: [
                ["x", x],
                ["y", y],
              ],
            },
          ],
          ["model", { dict: [["y", y]] }],
        ],
      },
      ["y"],
    ],
    [
      "otherwise the largest group",
      {
        dict: [
          ["a", { dict: [["x", x]] }],
          [
            "b",
            {
              dict: [
                ["x", x],
                ["y", y],
              ],
            },
          ],
        ],
      },
      ["x", "y"],
    ],
  ])("takes %s", async (_claim, root, names) => {
    const checkpoint = await open(torchZip(pickle(root), { 0: floats(1, 2, 3, 4) }));
    expect([...checkpoint.tensors.keys()]).toEqual(names);
    await checkpoint.close();
  });

  it("reads storage views of old files", async () => {
    const source = { storageLength: 4, offset: 1, shape: [1], strides: [1] };
    const root: PickleSource = { dict: [["x", tensor(source, [{ tuple: ["view", 2, 2] }])]] };
    const checkpoint = await open(torchLegacy(root, [{ key: "0", length: 4, bytes: floats(1, 2, 3, 4) }]));
    expect(await checkpoint.readFloat32("x")).toEqual(Float32Array.of(4));
    await checkpoint.close();
  });
});
