/** What an unpickled object can be: plain data, names of globals, and whatever an allowed constructor makes. */

/** A Python tuple; lists are plain arrays. */
export class PickleTuple {
  readonly items: readonly PickleValue[];

  constructor(items: readonly PickleValue[]) {
    this.items = items;
  }
}

/** The name of a Python class or function; it is only ever compared, never looked up or called. */
export class PickleGlobal {
  readonly module: string;
  readonly name: string;

  constructor(module: string, name: string) {
    this.module = module;
    this.name = name;
  }

  get qualifiedName(): string {
    return `${this.module}.${this.name}`;
  }
}

/** Base of the objects that allowed constructors make. */
export abstract class PickleObject {
  abstract readonly kind: string;
}

/**
 * What stands for an object whose class is not known here: its class is a name, and nothing of it is ever run. It holds
 * what the pickle put into it, so that weights inside of it can be found.
 */
export class InertObject extends PickleObject {
  readonly kind = "inert";
  readonly className: string;
  /** Where the class is a kind of dict. */
  readonly entries = new Map<PickleValue, PickleValue>();
  /** Its attributes, mostly a dict. */
  state: PickleValue = null;

  constructor(className: string) {
    super();
    this.className = className;
  }
}

export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PickleTuple
  | PickleGlobal
  | PickleObject
  | PickleValue[]
  | Map<PickleValue, PickleValue>
  | Set<PickleValue>;
