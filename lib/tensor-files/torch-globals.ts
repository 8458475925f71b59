/** What stands for the names in torch's pickles: tensors and plain data for some, inert objects for all others. */
import { damagedFileError } from "./checkpoint-file";
import { PickleError } from "./pickle-reader";
import { InertObject, PickleGlobal, PickleObject, PickleTuple, type PickleValue } from "./pickle-values";
import { bytesPerElement, type StoredDataType } from "./stored-dtype";
import { mostAxes } from "./stored-tensor";
import { type PickleEnvironment, unpickle } from "./unpickle";

/** A storage as the pickle describes it; where its bytes are is the file format's affair. */
export class TorchStorage extends PickleObject {
  readonly kind = "storage";
  readonly dtype: StoredDataType;
  readonly key: string;
  /** Number of elements. */
  readonly length: number;
  /** First element of this storage within the one named `key`: above 0 only for the storage views of old files. */
  readonly offset: number;

  constructor(dtype: StoredDataType, key: string, length: number, offset: number) {
    super();
    this.dtype = dtype;
    this.key = key;
    this.length = length;
    this.offset = offset;
  }
}

/** A tensor as the pickle describes it: a strided view of a storage. */
export class TorchTensor extends PickleObject {
  readonly kind = "tensor";
  readonly storage: TorchStorage;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];

  constructor(storage: TorchStorage, offset: number, shape: readonly number[], strides: readonly number[]) {
    super();
    this.storage = storage;
    this.offset = offset;
    this.shape = shape;
    this.strides = strides;
  }
}

/** A tensor that cannot be read: of a type that has no place here, such as complex numbers. */
export class UnreadTensor extends PickleObject {
  readonly kind = "unread tensor";
  /** As torch names its storage. */
  readonly typeName: string;

  constructor(typeName: string) {
    super();
    this.typeName = typeName;
  }
}

/** The storage of such a tensor. */
export class UnreadStorage extends PickleObject {
  readonly kind = "unread storage";
  readonly typeName: string;
  readonly key: string;

  constructor(typeName: string, key: string) {
    super();
    this.typeName = typeName;
    this.key = key;
  }
}

const storageClassDtypes: ReadonlyMap<string, StoredDataType> = new Map([
  ["FloatStorage", "float32"],
  ["HalfStorage", "float16"],
  ["BFloat16Storage", "bfloat16"],
  ["DoubleStorage", "float64"],
  ["LongStorage", "int64"],
  ["IntStorage", "int32"],
  ["ShortStorage", "int16"],
  ["CharStorage", "int8"],
  ["ByteStorage", "uint8"],
  ["BoolStorage", "bool"],
]);

/** Bytes per element of the storages that are not read, which the format before 1.6 has in its way. */
const unreadStorageBytes: ReadonlyMap<string, number> = new Map([
  ["ComplexHalfStorage", 4],
  ["ComplexFloatStorage", 8],
  ["ComplexDoubleStorage", 16],
  ["QInt8Storage", 1],
  ["QUInt8Storage", 1],
  ["QInt32Storage", 4],
  ["UntypedStorage", 1],
]);

/** The element type of a storage class, or null where the global is none. */
function globalToStorageDtype(global: PickleValue | undefined): StoredDataType | null {
  if (!(global instanceof PickleGlobal)) return null;
  if (global.module !== "torch" && global.module !== "torch.cuda") return null;
  return storageClassDtypes.get(global.name) ?? null;
}

/**
 * Most items and characters that constructors may copy. Without it, a file that copies one long list again and
 * again would fill the memory.
 */
const mostCopied = 4_000_000;

/** The number of items or characters that a constructor may copy from this argument. */
function sizeOf(value: PickleValue): number {
  if (typeof value === "string" || Array.isArray(value)) return value.length;
  if (value instanceof PickleTuple) return value.items.length;
  if (value instanceof Map || value instanceof Set) return value.size;
  return 1;
}

type Construct = (args: readonly PickleValue[]) => PickleValue;

const plainConstructors: readonly (readonly [string, Construct])[] = [
  ["set", (args) => new Set(toItems(args[0] ?? []))],
  ["frozenset", (args) => new Set(toItems(args[0] ?? []))],
  ["list", (args) => [...toItems(args[0] ?? [])]],
  ["tuple", (args) => new PickleTuple(toItems(args[0] ?? []))],
  ["dict", (args) => toMap(args[0] ?? [])],
  ["bytearray", (args) => toBytes(args[0] ?? "")],
];

const tensorConstructors: ReadonlyMap<string, Construct> = new Map<string, Construct>([
  ["torch._utils._rebuild_tensor_v2", rebuildTensor],
  ["torch._utils._rebuild_tensor", rebuildTensor],
  ["torch._utils._rebuild_tensor_v3", (args) => new UnreadTensor(typeNameOf(args[6]))],
  ["torch._utils._rebuild_parameter", rebuildParameter],
  ["torch._utils._rebuild_parameter_with_state", rebuildParameter],
]);

const constructors: ReadonlyMap<string, Construct> = new Map<string, Construct>([
  ...tensorConstructors,
  ["torch._tensor._rebuild_from_type_v2", rebuildSubclass],
  ["torch._tensor._rebuild_from_type", rebuildSubclass],
  ["collections.OrderedDict", (args) => toMap(args[0] ?? [])],
  ["torch.Size", (args) => new PickleTuple(toItems(args[0] ?? []))],
  ["torch.device", (args) => (args[0] === undefined ? null : args[0])],
  ["_codecs.encode", (args) => toBytes(args[0] ?? "")],
  ...plainConstructors.map(([name, construct]) => [`builtins.${name}`, construct] as const),
  ...plainConstructors.map(([name, construct]) => [`__builtin__.${name}`, construct] as const),
]);

export interface TorchPickle {
  readonly value: PickleValue;
  /** The position after the pickle. */
  readonly end: number;
  /** The bytes of an element of each storage that the pickle refers to, by key. */
  readonly elementBytes: ReadonlyMap<string, number>;
  /** The element type of each that can be read. */
  readonly storageDtypes: ReadonlyMap<string, StoredDataType>;
  /** Names of the classes and functions that inert objects stand for; as many as a message may list. */
  readonly unknownNames: ReadonlySet<string>;
}

/** Names of storages, and of element types where a checkpoint stores one as a plain value. */
const plainPattern =
  /^torch\.((cuda\.|storage\.)?[A-Za-z0-9]+Storage|(float|bfloat|int|uint|complex|bool)\d*)$/;

/** Names kept, of those that a pickle may have without end. */
const mostUnknownNames = 100;

/**
 * Runs a pickle that torch.save wrote.
 *
 * @throws SemblanceError invalid_file for a malformed pickle.
 * @throws PickleError with `isTruncated` where the bytes end too soon and `mayContinue` is set.
 */
export function unpickleTorch(
  fileName: string,
  bytes: Uint8Array,
  position: number,
  options: { mayContinue?: boolean } = {},
): TorchPickle {
  let copied = 0;
  const storageDtypes = new Map<string, StoredDataType>();
  const elementBytes = new Map<string, number>();
  const unknownNames = new Set<string>();
  const environment: PickleEnvironment = {
    notice(global) {
      const { qualifiedName } = global;
      const isKnown = constructors.has(qualifiedName) || plainPattern.test(qualifiedName);
      if (!isKnown && unknownNames.size < mostUnknownNames) unknownNames.add(qualifiedName);
    },
    construct: (global, args) => {
      const construct = constructors.get(global.qualifiedName);
      if (construct === undefined) {
        if (globalToStorageDtype(global) !== null)
          throw new PickleError(`its pickled part calls ${global.qualifiedName}.`);
        return new InertObject(global.qualifiedName);
      }
      copied += args.reduce<number>((sum, arg) => sum + sizeOf(arg), 0);
      if (copied > mostCopied) throw new PickleError("its pickled part copies its collections too often.");
      return construct(args);
    },
    resolvePersistentId: (id) => {
      const storage = toStorage(id);
      if (!(storage instanceof TorchStorage)) {
        if (storage instanceof UnreadStorage)
          elementBytes.set(storage.key, unreadStorageBytes.get(storage.typeName) ?? Number.NaN);
        return storage;
      }
      elementBytes.set(storage.key, bytesPerElement[storage.dtype]);
      if ((storageDtypes.get(storage.key) ?? storage.dtype) !== storage.dtype) {
        throw new PickleError(`storage ${storage.key} has two element types.`);
      }
      storageDtypes.set(storage.key, storage.dtype);
      return storage;
    },
  };
  try {
    return { ...unpickle(bytes, position, environment), storageDtypes, elementBytes, unknownNames };
  } catch (error) {
    if (!(error instanceof PickleError) || (error.isTruncated && options.mayContinue)) throw error;
    throw damagedFileError(fileName, error.message, error);
  }
}

/** A storage; or, if a whole model was saved in the format before 1.6, the class whose source follows it. */
function toStorage(id: PickleValue): TorchStorage | UnreadStorage | PickleGlobal {
  const [tag, storageClass, key, , length, view] = id instanceof PickleTuple ? id.items : [];
  if (tag === "module" && storageClass instanceof PickleGlobal) return storageClass;
  const dtype = globalToStorageDtype(storageClass);
  if (
    tag !== "storage" ||
    !(storageClass instanceof PickleGlobal) ||
    typeof key !== "string" ||
    !isCount(length)
  ) {
    throw new PickleError("its pickled part refers to an object that is not a tensor's storage.");
  }
  if (dtype === null) return new UnreadStorage(storageClass.name, key);
  if (!(view instanceof PickleTuple)) return new TorchStorage(dtype, key, length, 0);
  const [, offset, viewLength] = view.items;
  if (!isCount(offset) || !isCount(viewLength) || offset + viewLength > length) {
    throw new PickleError(`the view of storage ${key} lies outside of it.`);
  }
  return new TorchStorage(dtype, key, viewLength, offset);
}

function rebuildTensor(args: readonly PickleValue[]): TorchTensor | UnreadTensor {
  const [storage, offset, size, stride] = args;
  if (storage instanceof UnreadStorage) return new UnreadTensor(storage.typeName);
  if (!(storage instanceof TorchStorage) || !isCount(offset)) {
    throw new PickleError("a tensor of its pickled part has no storage.");
  }
  return new TorchTensor(storage, offset, toCounts(size), toCounts(stride));
}

function rebuildParameter(args: readonly PickleValue[]): PickleValue {
  const [data] = args;
  // An inert one is a parameter of a kind of tensor that is not known, such as a sparse or a quantised one.
  if (data instanceof TorchTensor || data instanceof UnreadTensor || data instanceof InertObject) return data;
  throw new PickleError("a parameter of its pickled part has no tensor.");
}

/** A tensor of a subclass of torch.Tensor: how to make the tensor, its class, and the arguments of the first. */
function rebuildSubclass(args: readonly PickleValue[]): PickleValue {
  const [make, subclass, makeArgs] = args;
  const construct = make instanceof PickleGlobal ? tensorConstructors.get(make.qualifiedName) : undefined;
  if (construct && makeArgs instanceof PickleTuple) return construct(makeArgs.items);
  return new InertObject(subclass instanceof PickleGlobal ? subclass.qualifiedName : "a kind of tensor");
}

function typeNameOf(dtype: PickleValue | undefined): string {
  return dtype instanceof PickleGlobal ? dtype.qualifiedName : "an unknown type";
}

function isCount(value: PickleValue | undefined): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function toCounts(value: PickleValue | undefined): number[] {
  const items = value === undefined ? [] : toItems(value);
  if (items.length > mostAxes) throw new PickleError(`a tensor has ${items.length} axes.`);
  if (!items.every(isCount)) throw new PickleError("a tensor's shape or strides are not whole numbers.");
  return [...items];
}

function toItems(value: PickleValue): readonly PickleValue[] {
  if (value instanceof PickleTuple) return value.items;
  if (Array.isArray(value)) return value;
  if (value instanceof Set) return [...value];
  throw new PickleError("its pickled part makes a collection from something else.");
}

function toMap(value: PickleValue): Map<PickleValue, PickleValue> {
  if (value instanceof Map) return new Map(value);
  return new Map(
    toItems(value).map((pair) => {
      const [key, item] = pair instanceof PickleTuple ? pair.items : Array.isArray(pair) ? pair : [];
      if (key === undefined || item === undefined)
        throw new PickleError("a pickled dict has a key without a value.");
      return [key, item] as const;
    }),
  );
}

/** Python 3 writes bytes in protocol 2 as text whose characters are the bytes. */
function toBytes(value: PickleValue): Uint8Array {
  if (value instanceof Uint8Array) return value;
  if (typeof value !== "string")
    throw new PickleError("its pickled part makes bytes from something that is not a string.");
  return Uint8Array.from(value, (character) => character.charCodeAt(0) & 0xff);
}
