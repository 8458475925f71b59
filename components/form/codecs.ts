/** How values are written in controls of text: what a form's value looks like when shown, and what was typed means. */
import { typedNumber } from "../typed-number";

export interface Codec<Value> {
  /** What was typed, as the schema reads it; NaN, which no schema accepts, where a number cannot be read. */
  parse(text: string): Value;
  format(value: Value): string;
}

/** A form's values may be missing (undefined) before they are set. */
const isEmpty = (value: unknown) => value === null || value === undefined || Number.isNaN(value);

export const words: Codec<string> = {
  parse: (text) => text,
  format: (value) => value ?? "",
};

/** Words, or null where nothing is written: also a choice of which none is taken. */
export const wordsOrNull: Codec<string | null> = {
  parse: (text) => (text.trim() === "" ? null : text),
  format: (value) => value ?? "",
};

export const number: Codec<number> = {
  parse: typedNumber,
  format: (value) => (isEmpty(value) ? "" : String(value)),
};

/** A share from 0 to 1, written in percent. */
export const percent: Codec<number> = {
  parse: (text) => typedNumber(text) / 100,
  // 0.55 × 100 is 55.00000000000001.
  format: (value) => (isEmpty(value) ? "" : String(Number((value * 100).toFixed(6)))),
};

/** Null where nothing is written. */
export function orNull(codec: Codec<number>): Codec<number | null> {
  return {
    parse: (text) => (text.trim() === "" ? null : codec.parse(text)),
    format: (value) => (value === null ? "" : codec.format(value)),
  };
}

/** "5, 10" for [5, 10]. */
export const numberList: Codec<number[]> = {
  parse: (text) =>
    text
      .split(/[\s,;]+/)
      .filter((part) => part !== "")
      .map(typedNumber),
  format: (values) => (values ?? []).map(number.format).join(", "),
};

/** One entry a line; empty lines are none. */
export const lines: Codec<string[]> = {
  parse: (text) =>
    text
      .split(/\r?\n/)
      .map((line) => line.trim())
      .filter((line) => line !== ""),
  format: (values) => (values ?? []).join("\n"),
};
