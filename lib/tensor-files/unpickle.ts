/** A pickle machine that builds plain data. It calls nothing: its caller says what stands for each name. */
import { PickleError, PickleReader } from "./pickle-reader";
import { InertObject, PickleGlobal, PickleTuple, type PickleValue } from "./pickle-values";

/** What stands for the classes and functions that a pickle names. All of it may throw PickleError. */
export interface PickleEnvironment {
  /** Called for each class or function that the pickle names. */
  notice(global: PickleGlobal): void;
  /** The result of calling a global: an InertObject for one that is not known. */
  construct(global: PickleGlobal, args: readonly PickleValue[]): PickleValue;
  /** The object that a persistent id stands for. */
  resolvePersistentId(id: PickleValue): PickleValue;
}

/**
 * Most values a pickle may push. The published GLIDE models push about 20,000; the limit keeps what a hostile
 * file can allocate below some hundred megabytes.
 */
const mostValues = 1_000_000;

const stop = 0x2e;

/**
 * Runs one pickle of protocol 2 to 5 (Python's Lib/pickletools.py describes the instructions).
 *
 * Values that the pickle shares stay shared, so that nested references cost nothing, and nothing here recurses.
 *
 * @returns the object and the position after it.
 * @throws PickleError for anything else than a well-formed pickle.
 */
export function unpickle(
  bytes: Uint8Array,
  position: number,
  environment: PickleEnvironment,
): { value: PickleValue; end: number } {
  const machine = new PickleMachine(new PickleReader(bytes, position), environment);
  return machine.run();
}

class PickleMachine {
  private readonly reader: PickleReader;
  private readonly environment: PickleEnvironment;
  private stack: PickleValue[] = [];
  private readonly outerStacks: PickleValue[][] = [];
  private readonly memo = new Map<number, PickleValue>();
  private pushed = 0;

  constructor(reader: PickleReader, environment: PickleEnvironment) {
    this.reader = reader;
    this.environment = environment;
  }

  run(): { value: PickleValue; end: number } {
    for (;;) {
      const opcode = this.reader.uint8();
      if (opcode === stop) {
        if (this.outerStacks.length > 0) throw new PickleError("its pickled part stops inside a collection.");
        return { value: this.pop(), end: this.reader.position };
      }
      const instruction = instructions.get(opcode);
      if (instruction === undefined) {
        throw new PickleError(
          `pickle instruction 0x${opcode.toString(16).padStart(2, "0")} is not supported.`,
        );
      }
      instruction(this, this.reader);
    }
  }

  push(value: PickleValue): void {
    this.count();
    this.stack.push(value);
  }

  pop(): PickleValue {
    const value = this.stack.pop();
    if (value === undefined) throw new PickleError("its pickled part takes a value from an empty stack.");
    return value;
  }

  top(): PickleValue {
    const value = this.stack.at(-1);
    if (value === undefined) throw new PickleError("its pickled part takes a value from an empty stack.");
    return value;
  }

  mark(): void {
    this.count();
    this.outerStacks.push(this.stack);
    this.stack = [];
  }

  /** The values since the last mark, which is removed with them. */
  popToMark(): PickleValue[] {
    const values = this.stack;
    const outer = this.outerStacks.pop();
    if (outer === undefined)
      throw new PickleError("its pickled part closes a collection that it never opened.");
    this.stack = outer;
    return values;
  }

  /** POP also removes a mark where nothing is above it. */
  discard(): void {
    if (this.stack.length === 0) this.popToMark();
    else this.pop();
  }

  remember(key: number): void {
    this.memo.set(key, this.top());
  }

  rememberNext(): void {
    this.remember(this.memo.size);
  }

  recall(key: number): void {
    const value = this.memo.get(key);
    if (value === undefined)
      throw new PickleError(`its pickled part refers to value ${key}, which it never made.`);
    this.push(value);
  }

  append(items: readonly PickleValue[]): void {
    const list = this.top();
    // A kind of list, whose items name no weights.
    if (list instanceof InertObject) return;
    if (!Array.isArray(list))
      throw new PickleError("its pickled part appends to something that is not a list.");
    for (const item of items) list.push(item);
  }

  setItems(items: readonly PickleValue[]): void {
    const top = this.top();
    const target = top instanceof InertObject ? top.entries : top;
    if (!(target instanceof Map))
      throw new PickleError("its pickled part sets an item of something that is not a dict.");
    fillMap(target, items);
  }

  addToSet(items: readonly PickleValue[]): void {
    const target = this.top();
    if (target instanceof InertObject) return;
    if (!(target instanceof Set))
      throw new PickleError("its pickled part adds to something that is not a set.");
    for (const item of items) target.add(item);
  }

  pushGlobal(module: PickleValue, name: PickleValue): void {
    if (typeof module !== "string" || typeof name !== "string") {
      throw new PickleError("its pickled part names a class by something that is not a string.");
    }
    const global = new PickleGlobal(module, name);
    this.environment.notice(global);
    this.push(global);
  }

  construct(): void {
    const args = this.pop();
    const callee = this.pop();
    if (!(args instanceof PickleTuple))
      throw new PickleError("its pickled part calls something that is not a function.");
    this.push(this.call(callee, args.items));
  }

  /** NEWOBJ_EX: as construct, with a dict of named arguments, which only classes that are not known here take. */
  constructWithNames(): void {
    this.pop();
    this.construct();
  }

  /** INST: the arguments are the values since the last mark. */
  constructInstance(module: string, name: string): void {
    this.pushGlobal(module, name);
    const callee = this.pop();
    this.push(this.call(callee, this.popToMark()));
  }

  /** OBJ: the class is the first value since the last mark. */
  constructObject(): void {
    const [callee = null, ...args] = this.popToMark();
    this.push(this.call(callee, args));
  }

  private call(callee: PickleValue, args: readonly PickleValue[]): PickleValue {
    if (callee instanceof PickleGlobal) return this.environment.construct(callee, args);
    // What an object that is not known would return is not known either.
    if (callee instanceof InertObject) return new InertObject(callee.className);
    throw new PickleError("its pickled part calls something that is not a function.");
  }

  /** BUILD gives an object attributes; state dicts carry a `_metadata` of versions that way, which nothing needs. */
  setAttributes(): void {
    const state = this.pop();
    const target = this.top();
    if (target instanceof InertObject) target.state = state;
    else if (!(target instanceof Map))
      throw new PickleError("its pickled part sets attributes of something that may not have any.");
  }

  pushPersistent(): void {
    this.push(this.environment.resolvePersistentId(this.pop()));
  }

  private count(): void {
    if (++this.pushed > mostValues)
      throw new PickleError(`its pickled part has more than ${mostValues} values.`);
  }
}

function fillMap(
  map: Map<PickleValue, PickleValue>,
  items: readonly PickleValue[],
): Map<PickleValue, PickleValue> {
  if (items.length % 2 !== 0) throw new PickleError("its pickled part has a dict key without a value.");
  for (let index = 0; index < items.length; index += 2) {
    map.set(items[index] as PickleValue, items[index + 1] as PickleValue);
  }
  return map;
}

type Instruction = (machine: PickleMachine, reader: PickleReader) => void;

function tupleOf(machine: PickleMachine, length: number): void {
  const items = Array.from({ length }, () => machine.pop()).reverse();
  machine.push(new PickleTuple(items));
}

/** Instruction codes to their effects, under the names of Python's pickletools. */
const instructions: ReadonlyMap<number, Instruction> = new Map<number, Instruction>([
  [0x80, (_machine, reader) => checkProtocol(reader.uint8())], // PROTO
  [0x95, (_machine, reader) => void reader.length64()], // FRAME
  [0x28, (machine) => machine.mark()], // MARK
  [0x30, (machine) => machine.discard()], // POP
  [0x31, (machine) => void machine.popToMark()], // POP_MARK
  [0x32, (machine) => machine.push(machine.top())], // DUP
  [0x4e, (machine) => machine.push(null)], // NONE
  [0x88, (machine) => machine.push(true)], // NEWTRUE
  [0x89, (machine) => machine.push(false)], // NEWFALSE
  [0x4a, (machine, reader) => machine.push(reader.int32())], // BININT
  [0x4b, (machine, reader) => machine.push(reader.uint8())], // BININT1
  [0x4d, (machine, reader) => machine.push(reader.uint16())], // BININT2
  [0x8a, (machine, reader) => machine.push(reader.integer(reader.uint8()))], // LONG1
  [0x8b, (machine, reader) => machine.push(reader.integer(reader.uint32()))], // LONG4
  [0x47, (machine, reader) => machine.push(reader.float64())], // BINFLOAT
  [0x58, (machine, reader) => machine.push(reader.text(reader.uint32(), "utf-8"))], // BINUNICODE
  [0x8c, (machine, reader) => machine.push(reader.text(reader.uint8(), "utf-8"))], // SHORT_BINUNICODE
  [0x8d, (machine, reader) => machine.push(reader.text(reader.length64(), "utf-8"))], // BINUNICODE8
  [0x54, (machine, reader) => machine.push(reader.text(reader.uint32(), "latin1"))], // BINSTRING
  [0x55, (machine, reader) => machine.push(reader.text(reader.uint8(), "latin1"))], // SHORT_BINSTRING
  [0x42, (machine, reader) => machine.push(reader.raw(reader.uint32()))], // BINBYTES
  [0x43, (machine, reader) => machine.push(reader.raw(reader.uint8()))], // SHORT_BINBYTES
  [0x8e, (machine, reader) => machine.push(reader.raw(reader.length64()))], // BINBYTES8
  [0x96, (machine, reader) => machine.push(reader.raw(reader.length64()))], // BYTEARRAY8
  [0x5d, (machine) => machine.push([])], // EMPTY_LIST
  [0x61, (machine) => machine.append([machine.pop()])], // APPEND
  [0x65, (machine) => machine.append(machine.popToMark())], // APPENDS
  [0x6c, (machine) => machine.push(machine.popToMark())], // LIST
  [0x29, (machine) => machine.push(new PickleTuple([]))], // EMPTY_TUPLE
  [0x74, (machine) => machine.push(new PickleTuple(machine.popToMark()))], // TUPLE
  [0x85, (machine) => tupleOf(machine, 1)], // TUPLE1
  [0x86, (machine) => tupleOf(machine, 2)], // TUPLE2
  [0x87, (machine) => tupleOf(machine, 3)], // TUPLE3
  [0x7d, (machine) => machine.push(new Map())], // EMPTY_DICT
  [0x64, (machine) => machine.push(fillMap(new Map(), machine.popToMark()))], // DICT
  [0x73, (machine) => setItem(machine)], // SETITEM
  [0x75, (machine) => machine.setItems(machine.popToMark())], // SETITEMS
  [0x8f, (machine) => machine.push(new Set())], // EMPTY_SET
  [0x90, (machine) => machine.addToSet(machine.popToMark())], // ADDITEMS
  [0x91, (machine) => machine.push(new Set(machine.popToMark()))], // FROZENSET
  [0x71, (machine, reader) => machine.remember(reader.uint8())], // BINPUT
  [0x72, (machine, reader) => machine.remember(reader.uint32())], // LONG_BINPUT
  [0x94, (machine) => machine.rememberNext()], // MEMOIZE
  [0x68, (machine, reader) => machine.recall(reader.uint8())], // BINGET
  [0x6a, (machine, reader) => machine.recall(reader.uint32())], // LONG_BINGET
  [0x63, (machine, reader) => machine.pushGlobal(reader.line(), reader.line())], // GLOBAL
  [0x93, (machine) => stackGlobal(machine)], // STACK_GLOBAL
  [0x69, (machine, reader) => machine.constructInstance(reader.line(), reader.line())], // INST
  [0x6f, (machine) => machine.constructObject()], // OBJ
  [0x52, (machine) => machine.construct()], // REDUCE
  [0x81, (machine) => machine.construct()], // NEWOBJ
  [0x92, (machine) => machine.constructWithNames()], // NEWOBJ_EX
  [0x62, (machine) => machine.setAttributes()], // BUILD
  [0x51, (machine) => machine.pushPersistent()], // BINPERSID
]);

function checkProtocol(protocol: number): void {
  if (protocol < 2 || protocol > 5) throw new PickleError(`pickle protocol ${protocol} is not supported.`);
}

function setItem(machine: PickleMachine): void {
  const value = machine.pop();
  machine.setItems([machine.pop(), value]);
}

function stackGlobal(machine: PickleMachine): void {
  const name = machine.pop();
  machine.pushGlobal(machine.pop(), name);
}
