import { join } from "node:path";
import { expect, test } from "vitest";
import { initialWeights } from "@/lib/diffusion/model/initial-weights";
import { OPTIONS_METADATA_KEY, openModel } from "@/lib/diffusion/model/open-model";
import { keepTaughtRows, readTaughtTokens } from "@/lib/diffusion/model/taught-tokens";
import type { TensorToWrite } from "@/lib/tensor-files/tensor-to-write";
import { writeSafetensors } from "@/lib/tensor-files/write-safetensors";
import { useTemporaryFolder } from "../../tensor-files/temporary-folder";
import { smallBaseOptions } from "./small-models";

const folder = useTemporaryFolder();
const taught = [50256, 3, 17, 3, 50000];

function smallModel(): Map<string, TensorToWrite> {
  return new Map(
    [...initialWeights(smallBaseOptions, 1)].map(([name, { shape, data }]) => [
      name,
      { dtype: "float32", shape, data: data as Float32Array<ArrayBuffer> },
    ]),
  );
}

async function write(name: string, tensors: ReadonlyMap<string, TensorToWrite>): Promise<string> {
  const path = join(folder.path, name);
  await writeSafetensors(path, tensors, { [OPTIONS_METADATA_KEY]: JSON.stringify(smallBaseOptions) });
  return path;
}

test("a table of taught rows opens as the whole table, with zeros in untaught rows", async () => {
  const model = smallModel();
  const path = await write("few.safetensors", keepTaughtRows(model, taught));
  const opened = await openModel(path);
  const table = (await opened.loadWeights(["token_embedding.weight"])).get("token_embedding.weight")!;
  const original = model.get("token_embedding.weight")!;
  expect(table.shape).toEqual(original.shape);
  const width = original.shape[1]!;
  const rowOf = (data: ArrayLike<number>, token: number) =>
    Array.from({ length: width }, (_, at) => data[token * width + at]);
  for (const token of taught) {
    expect(rowOf(table.data as Float32Array, token)).toEqual(rowOf(original.data as Float32Array, token));
  }
  expect(rowOf(table.data as Float32Array, 4).every((value) => value === 0)).toBe(true);
});

test("taught tokens are found from the stored rows, or from the non-zero rows of a whole table", async () => {
  const few = await write("few.safetensors", keepTaughtRows(smallModel(), taught));
  expect([...(await readTaughtTokens(few, "few"))!]).toEqual([3, 17, 50000, 50256]);
  const opened = await openModel(few);
  const names = smallModel().keys();
  const whole = new Map(
    [...(await opened.loadWeights(names))].map(([name, { shape, data }]) => [
      name,
      { dtype: "float32" as const, shape, data: data as Float32Array<ArrayBuffer> },
    ]),
  );
  expect([...(await readTaughtTokens(await write("whole.safetensors", whole), "whole"))!]).toEqual([
    3, 17, 50000, 50256,
  ]);
  expect(await readTaughtTokens(await write("all.safetensors", smallModel()), "all")).toBeNull();
});

test("rows that do not say which tokens they belong to are rejected by the file's name", async () => {
  const kept = new Map(keepTaughtRows(smallModel(), taught));
  const wrong = { dtype: "int32" as const, shape: [4], data: Int32Array.of(3, 17, 17, 50256) };
  kept.set("token_embedding.taught_rows", wrong);
  const path = await write("wrong.safetensors", kept);
  await expect(openModel(path)).rejects.toMatchObject({
    code: "invalid_file",
    message: expect.stringContaining("wrong.safetensors"),
  });
});
