/** The gradient of layer normalisation. */
import type { Kernel, KernelSequence } from "../../graph/kernel";
import { type Binding, buffers, entryPoint, float, gridOf, sumOverThreads, sumRoom } from "./shader-text";

export type LayerNormShape = { readonly rows: number; readonly width: number };

const threads = 128;
const named = (...names: string[]) => names.map((name) => ({ name }));

/** A workgroup has a row, whose number is `row`; those beyond the last repeat it. */
const rowCode = ({ rows, width }: LayerNormShape) => `
  let row = min(workgroup, ${rows - 1}u);
  let begin = row * ${width}u;`;

const overColumns = ({ width }: LayerNormShape, body: string) =>
  `for (var column = thread; column < ${width}u; column += ${threads}u) { ${body} }`;

/**
 * Reads x, weight, mean, inverse and dLoss/dy; writes dLoss/dx, dLoss/dweight and dLoss/dbias. With
 * x̂ = (x - mean) · inverse and e = dy · weight: dx = (e - E[e] - x̂ · E[e · x̂]) · inverse.
 */
export function layerNormGradient(shape: LayerNormShape): KernelSequence {
  const [x, weight, mean, inverse, dy, dx, dWeight, dBias] = [0, 1, 2, 3, 4, 5, 6, 7] as const;
  return {
    calls: [
      { kernel: inputGradient(shape), reads: [x, weight, mean, inverse, dy], writes: [dx] },
      { kernel: columnSums(shape), reads: [x, mean, inverse, dy], writes: [dWeight, dBias] },
    ],
    scratch: [],
  };
}

function inputGradient(shape: LayerNormShape): Kernel {
  const { rows, width } = shape;
  const lanes = width % 4 === 0 ? 4 : 1;
  const many = (name: string): Binding => ({ name, type: lanes === 4 ? "vec4f" : "f32" });
  const zero = lanes === 4 ? "vec4f()" : "0f";
  const total = (value: string) => (lanes === 4 ? `dot(${value}, vec4f(1f))` : value);
  const reads = [many("x"), many("weight"), ...named("mean", "inverse"), many("dy")];
  return {
    label: `layer norm's gradient ${rows} × ${width}`,
    reads: reads.length,
    writes: 1,
    workgroups: gridOf(rows),
    code: `${buffers(reads, [many("dx")])}
${sumRoom("vec2f", threads)}
${entryPoint(
  `${rowCode({ rows, width: width / lanes })}
  let center = mean[row];
  let factor = inverse[row];
  var sumOfE = ${zero};
  var sumWithNormal = ${zero};
  ${overColumns(
    { rows, width: width / lanes },
    `let e = dy[begin + column] * weight[column];
    sumOfE += e;
    sumWithNormal += e * (x[begin + column] - center) * factor;`,
  )}
  let part = vec2f(${total("sumOfE")}, ${total("sumWithNormal")});
  ${sumOverThreads("part", threads)}
  let expected = sum[0] / ${float(width)};
  ${overColumns(
    { rows, width: width / lanes },
    `let normal = (x[begin + column] - center) * factor;
    dx[begin + column] = (dy[begin + column] * weight[column] - expected.x - normal * expected.y) * factor;`,
  )}`,
  threads,
)}`,
  };
}

/** Columns of a workgroup; its other threads share the rows. */
const columns = 16;

/** dLoss/dweight = Σ dy · x̂ and dLoss/dbias = Σ dy, over the rows. */
function columnSums({ rows, width }: LayerNormShape): Kernel {
  const shares = threads / columns;
  return {
    label: `layer norm's gradient by columns ${rows} × ${width}`,
    reads: 4,
    writes: 2,
    workgroups: [Math.ceil(width / columns), 1, 1],
    code: `${buffers(named("x", "mean", "inverse", "dy"), named("dWeight", "dBias"))}
${sumRoom("vec2f", threads)}
${entryPoint(
  `
  let column = workgroup * ${columns}u + thread % ${columns}u;
  var part = vec2f();
  if (column < ${width}u) {
    for (var row = thread / ${columns}u; row < ${rows}u; row += ${shares}u) {
      let slope = dy[row * ${width}u + column];
      part += vec2f(slope * (x[row * ${width}u + column] - mean[row]) * inverse[row], slope);
    }
  }
  sum[thread] = part;
  workgroupBarrier();
  if ((thread < ${columns}u) & (column < ${width}u)) {
    var total = vec2f();
    for (var share = 0u; share < ${shares}u; share++) { total += sum[share * ${columns}u + thread]; }
    dWeight[column] = total.x;
    dBias[column] = total.y;
  }`,
  threads,
)}`,
  };
}
