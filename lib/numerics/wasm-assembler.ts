/** Assembles small WebAssembly functions from their text form: arithmetic runs two or four values at a time. */

type ValueType = "i32" | "f32" | "f64" | "v128";

export type WasmFunction = {
  /** Names and types of the parameters, in order. */
  readonly parameters: Readonly<Record<string, ValueType>>;
  /** Names and types of further local variables; they start at zero. */
  readonly locals: Readonly<Record<string, ValueType>>;
  readonly result: ValueType | null;
  /** One instruction a line, in the flat text form of the specification; locals are written $name. */
  readonly body: string;
};

const typeCodes = { i32: 0x7f, f32: 0x7d, f64: 0x7c, v128: 0x7b } as const;

/** What follows an instruction's opcode. */
type Immediate = "none" | "local" | "number" | "offset" | "halfOffset" | "lane" | "lanes" | "block";

/** Opcodes of the WebAssembly core specification 2.0, appendix "Index of Instructions". */
const instructions: Readonly<Record<string, readonly [immediate: Immediate, ...opcode: number[]]>> = {
  loop: ["block", 0x03],
  br_if: ["number", 0x0d],
  end: ["none", 0x0b],
  "local.get": ["local", 0x20],
  "local.set": ["local", 0x21],
  "local.tee": ["local", 0x22],
  "i32.const": ["number", 0x41],
  "i32.ne": ["none", 0x47],
  "i32.lt_u": ["none", 0x49],
  "i32.add": ["none", 0x6a],
  "f64.add": ["none", 0xa0],
  "v128.load": ["offset", 0xfd, 0x00],
  "v128.load64_splat": ["halfOffset", 0xfd, 0x0a],
  "v128.store": ["offset", 0xfd, 0x0b],
  "i8x16.shuffle": ["lanes", 0xfd, 0x0d],
  "f32x4.splat": ["none", 0xfd, 0x13],
  "f64x2.splat": ["none", 0xfd, 0x14],
  "f64x2.extract_lane": ["lane", 0xfd, 0x21],
  "f64x2.promote_low_f32x4": ["none", 0xfd, 0x5f],
  "f32x4.sqrt": ["none", 0xfd, 0xe3, 0x01],
  "f32x4.add": ["none", 0xfd, 0xe4, 0x01],
  "f32x4.sub": ["none", 0xfd, 0xe5, 0x01],
  "f32x4.mul": ["none", 0xfd, 0xe6, 0x01],
  "f32x4.div": ["none", 0xfd, 0xe7, 0x01],
  "f64x2.add": ["none", 0xfd, 0xf0, 0x01],
  "f64x2.sub": ["none", 0xfd, 0xf1, 0x01],
  "f64x2.mul": ["none", 0xfd, 0xf2, 0x01],
};

/** Loads and stores of 16 bytes at addresses that are multiples of 16, and of 8 bytes at multiples of 8. */
const vectorAlignment = 4;
const halfAlignment = 3;
const emptyBlockType = 0x40;

/** The limits of an imported memory, in the binary format: any number of pages. */
const anyMemory = [0x00, 0x00];

/** A module that imports `environment.memory` and exports the function as `run`. */
export function assemble(definition: WasmFunction): WebAssembly.Module {
  const parameters = Object.values(definition.parameters).map((type) => typeCodes[type]);
  const results = definition.result === null ? [] : [typeCodes[definition.result]];
  const locals = Object.values(definition.locals).map((type) => [1, typeCodes[type]]);
  const code = [...vector(locals), ...bodyToBytes(definition), ...instructions.end!.slice(1)] as number[];
  return new WebAssembly.Module(
    Uint8Array.from([
      ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
      ...section(1, [[0x60, ...bytes(parameters), ...bytes(results)]]),
      ...section(2, [[...text("environment"), ...text("memory"), 0x02, ...anyMemory]]),
      ...section(3, [[0x00]]),
      ...section(7, [[...text("run"), 0x00, 0x00]]),
      ...section(10, [bytes(code)]),
    ]),
  );
}

function bodyToBytes({ parameters, locals, body }: WasmFunction): number[] {
  const names = [...Object.keys(parameters), ...Object.keys(locals)];
  const lines = body.split("\n").map((line) => line.replace(/;;.*/, "").trim());
  return lines
    .filter((line) => line !== "")
    .flatMap((line) => {
      const [name, ...operands] = line.split(/\s+/) as [string, ...string[]];
      const instruction = instructions[name];
      if (!instruction) throw new Error(`there is no instruction ${name}`);
      const [immediate, ...opcode] = instruction;
      return [...opcode, ...immediateToBytes(immediate, operands, names)];
    });
}

function immediateToBytes(kind: Immediate, operands: readonly string[], names: readonly string[]): number[] {
  switch (kind) {
    case "none":
      return [];
    case "block":
      return [emptyBlockType];
    case "local": {
      const index = names.indexOf(operands[0]!.slice(1));
      if (index < 0) throw new Error(`there is no local ${operands[0]}`);
      return unsigned(index);
    }
    case "offset":
      return [vectorAlignment, ...unsigned(Number(operands[0]))];
    case "halfOffset":
      return [halfAlignment, ...unsigned(Number(operands[0]))];
    case "number":
      return signed(Number(operands[0]));
    case "lane":
    case "lanes":
      return operands.map(Number);
  }
}

function section(id: number, entries: readonly (readonly number[])[]): number[] {
  return [id, ...bytes(vector(entries))];
}

/** A vector of the binary format: its length, then its entries. */
function vector(entries: readonly (readonly number[])[]): number[] {
  return [...unsigned(entries.length), ...entries.flat()];
}

function bytes(values: readonly number[]): number[] {
  return [...unsigned(values.length), ...values];
}

function text(value: string): number[] {
  return bytes([...Buffer.from(value, "utf8")]);
}

/** LEB128. */
function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

function signed(value: number): number[] {
  const low = value & 0x7f;
  const rest = value >> 7;
  const isLast = (rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0);
  return isLast ? [low] : [low | 0x80, ...signed(rest)];
}
