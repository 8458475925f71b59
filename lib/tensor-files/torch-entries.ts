/** What a file that `torch.load` reads consists of: the zip format of torch 1.6 and later. */
import type { StoredDataType } from "./stored-dtype";
import { contiguousStrides, shapeToLength } from "./stored-tensor";
import { readInTurn, type TensorStream, type TensorToWrite, tensorBytes } from "./tensor-to-write";

/** An entry of the zip file, to be stored as it is. */
export type TorchEntry = {
  readonly name: string;
  readonly bytes: Uint8Array | AsyncIterable<Uint8Array>;
  readonly isPacked: true;
};

const storageClasses: Readonly<Record<StoredDataType, string>> = {
  float32: "FloatStorage",
  float16: "HalfStorage",
  bfloat16: "BFloat16Storage",
  float64: "DoubleStorage",
  int64: "LongStorage",
  int32: "IntStorage",
  int16: "ShortStorage",
  int8: "CharStorage",
  uint8: "ByteStorage",
  bool: "BoolStorage",
};

/**
 * The entries of a file like that of `torch.save(model.state_dict(), path)`: an OrderedDict of contiguous tensors, in the
 * map's order. The pickle names `collections.OrderedDict`, `torch._utils._rebuild_tensor_v2` and storage classes alone,
 * so `torch.load` with `weights_only` takes it too.
 */
export async function* torchEntries(stream: TensorStream): AsyncGenerator<TorchEntry, void, undefined> {
  yield { name: "archive/data.pkl", bytes: pickleStateDict(stream.tensors), isPacked: true };
  yield { name: "archive/byteorder", bytes: Buffer.from("little"), isPacked: true };
  let index = 0;
  for await (const tensor of readInTurn(stream, [...stream.tensors.keys()])) {
    yield { name: `archive/data/${index++}`, bytes: asynchronous(tensorBytes(tensor)), isPacked: true };
  }
  yield { name: "archive/version", bytes: Buffer.from("3\n"), isPacked: true };
}

async function* asynchronous(pieces: Iterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  yield* pieces;
}

/** Instructions of pickle protocol 2 (Python's pickletools lists them). */
const proto = Buffer.of(0x80, 2);
const mark = Buffer.from("(");
const tuple = Buffer.from("t");
const emptyTuple = Buffer.from(")");
const reduce = Buffer.from("R");
const persistentId = Buffer.from("Q");
const setItems = Buffer.from("u");
const no = Buffer.of(0x89);
const stop = Buffer.from(".");

const orderedDict = Buffer.concat([globalName("collections", "OrderedDict"), emptyTuple, reduce]);

function pickleStateDict(tensors: TensorStream["tensors"]): Uint8Array {
  const items = [...tensors].flatMap(([name, tensor], index) => [text(name), pickleTensor(tensor, index)]);
  return Buffer.concat([proto, orderedDict, mark, ...items, setItems, stop]);
}

/** _rebuild_tensor_v2(storage, offset, shape, strides, requires_grad, hooks) */
function pickleTensor({ dtype, shape }: Omit<TensorToWrite, "data">, index: number): Buffer {
  const storage = tupleOf(
    text("storage"),
    globalName("torch", storageClasses[dtype]),
    text(String(index)),
    text("cpu"),
    whole(shapeToLength(shape)),
  );
  return Buffer.concat([
    globalName("torch._utils", "_rebuild_tensor_v2"),
    tupleOf(
      Buffer.concat([storage, persistentId]),
      whole(0),
      tupleOf(...shape.map(whole)),
      tupleOf(...contiguousStrides(shape).map(whole)),
      no,
      orderedDict,
    ),
    reduce,
  ]);
}

function tupleOf(...items: readonly Buffer[]): Buffer {
  return Buffer.concat([mark, ...items, tuple]);
}

function globalName(module: string, name: string): Buffer {
  return Buffer.from(`c${module}\n${name}\n`);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  const head = Buffer.alloc(5, "X");
  head.writeUInt32LE(bytes.length, 1);
  return Buffer.concat([head, bytes]);
}

/** LONG1 with eight bytes: tensors may have more elements than BININT counts. */
function whole(value: number): Buffer {
  const bytes = Buffer.alloc(10);
  bytes.set([0x8a, 8]);
  bytes.writeBigInt64LE(BigInt(value), 2);
  return bytes;
}
