/** Writes torch.save files by hand, well-formed and hostile ones, byte by byte. */
import { zipSync } from "fflate";

/** What to pickle: plain values, lists as arrays, and the instructions that have no plain form. */
export type PickleSource =
  | null
  | boolean
  | number
  | string
  | PickleSource[]
  | { readonly tuple: readonly PickleSource[] }
  | { readonly dict: readonly (readonly [PickleSource, PickleSource])[] }
  | { readonly global: readonly [string, string] }
  | { readonly call: readonly [string, string]; readonly args: readonly PickleSource[] }
  | { readonly persistent: PickleSource }
  | { readonly raw: readonly number[] };

const ascii = (text: string) => [...Buffer.from(text, "utf8")];

function uint32(value: number): number[] {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return [...bytes];
}

/** The instructions that push `source`. */
export function pickleInstructions(source: PickleSource): number[] {
  if (source === null) return [0x4e];
  if (typeof source === "boolean") return [source ? 0x88 : 0x89];
  if (typeof source === "number") return [0x4a, ...uint32(source >>> 0)];
  if (typeof source === "string") return [0x58, ...uint32(Buffer.byteLength(source)), ...ascii(source)];
  if (Array.isArray(source)) return [0x5d, 0x28, ...source.flatMap(pickleInstructions), 0x65];
  if ("tuple" in source) return [0x28, ...source.tuple.flatMap(pickleInstructions), 0x74];
  if ("dict" in source) return [0x7d, 0x28, ...source.dict.flat().flatMap(pickleInstructions), 0x75];
  if ("global" in source) return [0x63, ...ascii(`${source.global[0]}\n${source.global[1]}\n`)];
  if ("call" in source) {
    return [
      ...pickleInstructions({ global: source.call }),
      ...pickleInstructions({ tuple: source.args }),
      0x52,
    ];
  }
  if ("persistent" in source) return [...pickleInstructions(source.persistent), 0x51];
  return [...source.raw];
}

/** A complete pickle of protocol 2. */
export function pickle(source: PickleSource): Uint8Array {
  return Uint8Array.of(0x80, 2, ...pickleInstructions(source), 0x2e);
}

export interface TensorSource {
  readonly storageClass?: string;
  readonly key?: string;
  readonly storageLength: number;
  readonly offset?: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

/** A tensor as torch pickles it; `view` is the last item that only the format before 1.6 has. */
export function tensor(source: TensorSource, view: PickleSource[] = []): PickleSource {
  const { storageClass = "FloatStorage", key = "0", storageLength, offset = 0, shape, strides } = source;
  return {
    call: ["torch._utils", "_rebuild_tensor_v2"],
    args: [
      {
        persistent: {
          tuple: ["storage", { global: ["torch", storageClass] }, key, "cpu", storageLength, ...view],
        },
      },
      offset,
      { tuple: [...shape] },
      { tuple: [...strides] },
      false,
      { call: ["collections", "OrderedDict"], args: [] },
    ],
  };
}

/** A file in torch's zip format. */
export function torchZip(
  pickled: Uint8Array,
  storages: Readonly<Record<string, Uint8Array>>,
  extra: Readonly<Record<string, Uint8Array>> = {},
): Uint8Array {
  const entries = {
    "archive/data.pkl": pickled,
    ...Object.fromEntries(Object.entries(storages).map(([key, bytes]) => [`archive/data/${key}`, bytes])),
    ...extra,
  };
  return zipSync(entries, { level: 0 });
}

/** A file in torch's format before 1.6; storages are given with their numbers of elements. */
export function torchLegacy(
  root: PickleSource,
  storages: readonly { readonly key: string; readonly length: number; readonly bytes: Uint8Array }[],
): Uint8Array {
  const magic = [0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];
  const lengthField = (length: number) => {
    const field = Buffer.alloc(8);
    field.writeBigInt64LE(BigInt(length));
    return field;
  };
  return Buffer.concat([
    pickle({ raw: magic }),
    pickle(1001),
    pickle({ dict: [["little_endian", true]] }),
    pickle(root),
    pickle(storages.map(({ key }) => key)),
    ...storages.flatMap(({ length, bytes }) => [lengthField(length), bytes]),
  ]);
}

/** The bytes of float32 numbers. */
export function floats(...values: number[]): Uint8Array {
  return new Uint8Array(Float32Array.from(values).buffer);
}
