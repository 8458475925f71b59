import { counted } from "@/lib/text/counted";

/** Rows that are in a file twice. */
export class CopiedRows {
  readonly #unit: string;
  readonly #idPlace: number | null;
  /** Number of the row, by what it is known by. */
  readonly #numbers = new Map<string, number>();
  /** Of rows with an id, all cells. */
  readonly #rows = new Map<string, string>();
  #count = 0;
  #first: { copy: number; original: number } | null = null;

  /**
   * @param unit what rows are counted in
   * @param idPlace column of what names an answer; null where whole rows are compared
   */
  constructor(unit: string, idPlace: number | null) {
    this.#unit = unit;
    this.#idPlace = idPlace;
  }

  /** "new", "copy", or in words what is wrong with a row that has the id of another. */
  judge(cells: readonly string[], number: number): string {
    const row = cells.join("\u{1}");
    const id = this.#idPlace === null ? row : (cells[this.#idPlace] ?? "");
    const earlier = this.#numbers.get(id);
    if (earlier === undefined) {
      this.#numbers.set(id, number);
      if (this.#idPlace !== null) this.#rows.set(id, row);
      return "new";
    }
    if (this.#idPlace !== null && this.#rows.get(id) !== row) {
      return `lease ${id} is on ${this.#unit} ${earlier} with another answer`;
    }
    this.#count++;
    this.#first ??= { copy: number, original: earlier };
    return "copy";
  }

  notes(): string[] {
    if (this.#first === null) return [];
    const { copy, original } = this.#first;
    return [
      `${counted(this.#count, "row is a copy", "rows are copies")} of earlier ones in every column and ${this.#count === 1 ? "was" : "were"} counted once; the first is ${this.#unit} ${copy}, a copy of ${this.#unit} ${original}.`,
    ];
  }
}
