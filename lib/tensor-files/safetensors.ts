/** Reads the safetensors format: an 8-byte length, a JSON header, and the tensors without gaps. */
import { type CheckpointFile, damagedFileError } from "./checkpoint-file";
import { bytesPerElement, type StoredDataType } from "./stored-dtype";
import { contiguousStrides, mostAxes, type StoredTensor, shapeToLength } from "./stored-tensor";
import type { TensorGroup } from "./tensor-groups";

/** The names that safetensors gives to element types. */
export const safetensorsDtypes: ReadonlyMap<string, StoredDataType> = new Map([
  ["F32", "float32"],
  ["F16", "float16"],
  ["BF16", "bfloat16"],
  ["F64", "float64"],
  ["I64", "int64"],
  ["I32", "int32"],
  ["I16", "int16"],
  ["I8", "int8"],
  ["U8", "uint8"],
  ["BOOL", "bool"],
]);

/** Bytes of the header's length field. */
export const lengthFieldBytes = 8;

/** Largest header, in bytes; 100,000 tensors fit. */
const largestHeaderBytes = 16 * 2 ** 20;

/** Types of the format that are not read, with the bits of an element; tensors of these types are ignored. */
const unreadBits: ReadonlyMap<string, number> = new Map([
  ["C64", 64],
  ["U64", 64],
  ["U32", 32],
  ["U16", 16],
  ["F8_E4M3", 8],
  ["F8_E5M2", 8],
  ["F8_E8M0", 8],
  ["F8_E4M3FNUZ", 8],
  ["F8_E5M2FNUZ", 8],
  ["F6_E2M3", 6],
  ["F6_E3M2", 6],
  ["F4", 4],
]);

export interface SafetensorsContents {
  readonly group: TensorGroup;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Reads and checks the header; no tensor is read.
 *
 * The checks are those of the format's description (https://github.com/huggingface/safetensors#format): names are
 * unique, and the tensors cover the bytes after the header exactly once.
 *
 * @throws SemblanceError invalid_file naming what is wrong and, where it is about one, the tensor.
 */
export async function readSafetensors(file: CheckpointFile): Promise<SafetensorsContents> {
  const lengthField = Buffer.alloc(lengthFieldBytes);
  await file.readInto(lengthField, 0);
  const headerBytes = Number(lengthField.readBigUInt64LE());
  const dataStart = lengthFieldBytes + headerBytes;
  if (headerBytes > largestHeaderBytes || dataStart > file.sizeBytes) {
    throw damagedFileError(file.name, `its header should have ${headerBytes} bytes.`);
  }
  const header = parseHeader(file.name, await file.readUpTo(headerBytes, lengthFieldBytes));
  const { __metadata__: metadata = {}, ...descriptions } = header;
  if (!isRecord(metadata) || !Object.values(metadata).every((value) => typeof value === "string")) {
    throw damagedFileError(file.name, "its metadata is not a map of strings.");
  }
  const tensors = new Map<string, () => StoredTensor>();
  const unread = new Map<string, string>();
  const ranges: { name: string; begin: number; end: number }[] = [];
  for (const [name, description] of Object.entries(descriptions)) {
    const { dtype, typeName, shape, begin, end } = checkDescription(file.name, name, description);
    ranges.push({ name, begin, end });
    if (dtype === undefined) {
      unread.set(name, typeName);
      continue;
    }
    const tensor: StoredTensor = {
      dtype,
      shape,
      strides: contiguousStrides(shape),
      offset: 0,
      block: { dtype, position: dataStart + begin, length: shapeToLength(shape) },
    };
    tensors.set(name, () => tensor);
  }
  ranges.sort((a, b) => a.begin - b.begin || a.end - b.end);
  let covered = 0;
  for (const { name, begin, end } of ranges) {
    if (begin !== covered) {
      throw damagedFileError(
        file.name,
        `tensor ${name} begins at byte ${begin} of the data instead of ${covered}.`,
      );
    }
    covered = end;
  }
  if (covered !== file.sizeBytes - dataStart) {
    throw damagedFileError(
      file.name,
      `its tensors should have ${covered} bytes, but there are ${file.sizeBytes - dataStart}.`,
    );
  }
  return { group: { path: "", tensors, unread }, metadata: metadata as Record<string, string> };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parseHeader(fileName: string, bytes: Buffer): Record<string, unknown> {
  let text: string;
  let header: unknown;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    header = JSON.parse(text);
  } catch (error) {
    throw damagedFileError(fileName, "its header is not JSON.", error);
  }
  if (!isRecord(header)) throw damagedFileError(fileName, "its header is not a JSON object.");
  const duplicate = findDuplicateKey(text);
  if (duplicate !== null) throw damagedFileError(fileName, `its header names ${duplicate} twice.`);
  return header;
}

function checkDescription(fileName: string, name: string, description: unknown) {
  const fail = (what: string) => damagedFileError(fileName, `tensor ${name} ${what}.`);
  if (!isRecord(description)) throw fail("is not described");
  const typeName = String(description.dtype);
  const dtype = safetensorsDtypes.get(typeName);
  const bits = dtype === undefined ? unreadBits.get(typeName) : 8 * bytesPerElement[dtype];
  if (bits === undefined) throw fail(`has the element type ${typeName}, which the format does not have`);
  if (!isCountList(description.shape) || description.shape.length > mostAxes)
    throw fail("has a malformed shape");
  if (!isCountList(description.data_offsets) || description.data_offsets.length !== 2) {
    throw fail("has malformed offsets");
  }
  const shape = description.shape;
  const [begin, end] = description.data_offsets as [number, number];
  const expected = Math.ceil((shapeToLength(shape) * bits) / 8);
  if (end - begin !== expected) {
    throw fail(`has ${end - begin} bytes, but its shape [${shape.join(", ")}] takes ${expected}`);
  }
  return { dtype, typeName, shape, begin, end };
}

function isCountList(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);
}

/** The first key that one object of a valid JSON text has twice; JSON.parse silently keeps the last. */
function findDuplicateKey(json: string): string | null {
  const openObjects: (Set<string> | null)[] = [];
  let expectsKey = false;
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],]/g)) {
    const keys = openObjects.at(-1);
    if (token === "{") openObjects.push(new Set());
    else if (token === "[") openObjects.push(null);
    else if (token === "}" || token === "]") openObjects.pop();
    else if (token !== "," && expectsKey && keys) {
      const key = JSON.parse(token) as string;
      if (keys.has(key)) return key;
      keys.add(key);
    }
    expectsKey = token === "{" || token === ",";
  }
  return null;
}
