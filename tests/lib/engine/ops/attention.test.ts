/** Attention: what each query hears, on the processor and on a card. */
import * as op from "@/lib/engine/ops";
import type * as attentions from "@/lib/engine/ops/attention";
import { describeOperations, type OperationCase } from "../check-operation";
import { type Naive, sumOver, tabulate } from "../naive";

/** From [heads, tokens, width]. */
function attend(queries: Naive, keys: Naive, values: Naive, scale: number): Naive {
  const [, , width] = queries.shape as [number, number, number];
  const [, count] = keys.shape as [number, number, number];
  const weights = tabulate([...queries.shape.slice(0, 2), count], ([head, query, key]) =>
    Math.exp(scale * sumOver([width], ([c]) => queries.at([head!, query!, c!]) * keys.at([head!, key!, c!]))),
  );
  return tabulate(queries.shape, ([head, query, c]) => {
    const total = sumOver([count], ([key]) => weights.at([head!, query!, key!]));
    return (
      sumOver([count], ([key]) => weights.at([head!, query!, key!]) * values.at([head!, key!, c!])) / total
    );
  });
}

const swapped = (x: Naive) => {
  const [heads, rows, columns] = x.shape as [number, number, number];
  return tabulate([heads, columns, rows], ([head, column, row]) => x.at([head!, row!, column!]));
};

const cases: Record<keyof typeof attentions, readonly OperationCase[]> = {
  attention: [
    {
      name: "tokens first",
      operands: [{ shape: [2, 5, 6] }, { shape: [2, 7, 6] }, { shape: [2, 7, 6] }],
      graph: (q, k, v) => op.attention(q, k, v, { scale: 0.4, channelsFirst: false }),
      naive: (q, k, v) => attend(q, k, v, 0.4),
      onCard: false,
    },
    {
      name: "channels first",
      operands: [{ shape: [2, 3, 8] }, { shape: [2, 3, 20] }, { shape: [2, 3, 20] }],
      graph: (q, k, v) => op.attention(q, k, v, { scale: 0.6, channelsFirst: true }),
      naive: (q, k, v) => swapped(attend(swapped(q), swapped(k), swapped(v), 0.6)),
    },
    {
      name: "of heads that are too wide for the card's kernel",
      operands: [{ shape: [1, 2, 130] }, { shape: [1, 3, 130] }, { shape: [1, 3, 130] }],
      graph: (q, k, v) => op.attention(q, k, v, { scale: 0.05, channelsFirst: false }),
      naive: (q, k, v) => attend(q, k, v, 0.05),
      onCard: false,
    },
  ],
};

describeOperations(cases);
