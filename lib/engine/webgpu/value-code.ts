/** Writes the WGSL of values: operands that are stored are read, those that are not are computed in place. */
import type { Tensor } from "../graph/graph";
import type { MapRule, ScalarType, ValueScope } from "../graph/kernel-emitter";
import type { DataType } from "../graph/tensor-type";

/** Where an operand's values come from. */
export type Source =
  | { readonly kind: "stored"; readonly name: string; readonly packed: boolean }
  | { readonly kind: "computed"; readonly tensor: Tensor; readonly rule: MapRule<Tensor> }
  | { readonly kind: "literal"; readonly text: string };

export type SourceOf = (operand: Tensor) => Source;

/** The type of a tensor's values in a kernel. */
export function scalarType(dtype: DataType): "f32" | "i32" {
  return dtype === "float32" || dtype === "float64" ? "f32" : "i32";
}

/** The statements that compute values at one index, and at others that they ask for. */
export class StatementScope implements ValueScope<Tensor> {
  readonly index: string;
  readonly statements: string[];
  readonly declarations: Set<string>;
  readonly #sourceOf: SourceOf;
  readonly #names: Map<string, string>;
  readonly #counter: { next: number };

  private constructor(parts: {
    index: string;
    statements: string[];
    declarations: Set<string>;
    sourceOf: SourceOf;
    names: Map<string, string>;
    counter: { next: number };
  }) {
    this.index = parts.index;
    this.statements = parts.statements;
    this.declarations = parts.declarations;
    this.#sourceOf = parts.sourceOf;
    this.#names = parts.names;
    this.#counter = parts.counter;
  }

  static at(index: string, sourceOf: SourceOf): StatementScope {
    return new StatementScope({
      index,
      statements: [],
      declarations: new Set(),
      sourceOf,
      names: new Map(),
      counter: { next: 0 },
    });
  }

  /** A block within this one: it sees these names, and its own are not seen here. */
  block(): StatementScope {
    return new StatementScope({ ...this.#parts(), statements: [], names: new Map(this.#names) });
  }

  read(operand: Tensor, index = this.index): string {
    const source = this.#sourceOf(operand);
    if (source.kind === "literal") return source.text;
    const type = scalarType(operand.dtype);
    if (source.kind === "stored") {
      return this.name(type, source.packed ? packedByte(source.name, index) : `${source.name}[${index}]`);
    }
    const key = `${source.tensor.name}@${index}`;
    const known = this.#names.get(key);
    if (known !== undefined) return known;
    const value = this.name(type, source.rule.value(new StatementScope({ ...this.#parts(), index })));
    this.#names.set(key, value);
    return value;
  }

  #parts() {
    return {
      index: this.index,
      statements: this.statements,
      declarations: this.declarations,
      sourceOf: this.#sourceOf,
      names: this.#names,
      counter: this.#counter,
    };
  }

  name(type: ScalarType, expression: string): string {
    if (/^\w+$/.test(expression)) return expression;
    const known = this.#names.get(expression);
    if (known !== undefined) return known;
    const name = `v${this.#counter.next++}`;
    this.statements.push(`let ${name}: ${type} = ${expression};`);
    this.#names.set(expression, name);
    return name;
  }

  declare(code: string): void {
    this.declarations.add(code);
  }
}

/** Bytes lie four to a word, the first lowest. */
function packedByte(buffer: string, index: string): string {
  return `i32((${buffer}[${index} / 4u] >> ((${index} % 4u) * 8u)) & 255u)`;
}
