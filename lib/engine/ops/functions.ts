/** Functions of one variable, applied value by value, each beside its derivative. */
import type { Tensor } from "../graph/graph";
import { defineOperation, operandError } from "../graph/operation";
import { add, mul, neg, sub } from "./arithmetic";

type Derivative = (point: { x: Tensor; y: Tensor }) => Tensor;

function defineFunction(name: string, onnxType: string, derivative: Derivative): (x: Tensor) => Tensor {
  const apply = defineOperation<[x: Tensor], [y: Tensor]>({
    name,
    infer([x]) {
      if (x.dtype !== "float32") throw operandError(name, [x], "it takes float32");
      return [x];
    },
    emit: (onnx, { inputs, outputs }) => onnx.node({ type: onnxType, inputs, outputs }),
    gradient: ({ inputs: [x], outputs: [y] }, [dy]) => [mul(dy, derivative({ x, y }))],
  });
  return (x) => apply([x], {})[0];
}

export const exp = defineFunction("exp", "Exp", ({ y }) => y);

/** The natural logarithm. */
export const log = defineFunction("log", "Log", ({ x }) => reciprocal(x));

export const sqrt = defineFunction("sqrt", "Sqrt", ({ y }) => mul(reciprocal(y), 0.5));

/** 1 / x */
export const reciprocal: (x: Tensor) => Tensor = defineFunction("reciprocal", "Reciprocal", ({ y }) =>
  neg(square(y)),
);

/** -1, 0 or 1; its derivative is 0 wherever it has one. */
export const sign: (x: Tensor) => Tensor = defineFunction("sign", "Sign", ({ x }) => mul(x, 0));

/** |x|, with derivative 0 at 0. */
export const abs = defineFunction("abs", "Abs", ({ x }) => sign(x));

/** 1 / (1 + e^-x) */
export const sigmoid = defineFunction("sigmoid", "Sigmoid", ({ y }) => mul(y, oneMinus(y)));

export const tanh = defineFunction("tanh", "Tanh", ({ y }) => oneMinus(square(y)));

/** 2/√π ∫ e^(-t²) dt from 0 to x */
export const erf = defineFunction("erf", "Erf", ({ x }) => mul(exp(neg(square(x))), 2 / Math.sqrt(Math.PI)));

/** max(x, 0), with derivative 0 at 0. */
export const relu = defineFunction("relu", "Relu", ({ y }) => sign(y));

/** x · Φ(x), Φ the standard normal distribution function (Hendrycks & Gimpel 2016), not its tanh approximation. */
export const gelu = defineFunction("gelu", "Gelu", ({ x }) => {
  const distribution = add(mul(erf(mul(x, Math.SQRT1_2)), 0.5), 0.5);
  const density = mul(exp(mul(square(x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
  return add(distribution, mul(x, density));
});

const applySilu = defineOperation<[x: Tensor], [y: Tensor, sigmoidOfX: Tensor]>({
  name: "silu",
  infer: ([x]) => [x, x],
  emit(onnx, { inputs: [x], outputs: [y, s] }) {
    onnx.node({ type: "Sigmoid", inputs: [x], outputs: [s] });
    onnx.node({ type: "Mul", inputs: [x, s], outputs: [y] });
  },
  // With s = σ(x): d(x·s)/dx = s + x·s·(1 - s) = s + y·(1 - s), which needs x no more.
  gradient: ({ outputs: [y, s] }, [dy]) => [mul(dy, add(s, mul(y, oneMinus(s))))],
});

/** x · sigmoid(x) (Elfwing et al. 2017) */
export function silu(x: Tensor): Tensor {
  return applySilu([x], {})[0];
}

/** x · sigmoid(1.702 x), CLIP's approximation of gelu. */
export function quickGelu(x: Tensor): Tensor {
  return mul(x, sigmoid(mul(x, 1.702)));
}

/** x² */
export function square(x: Tensor): Tensor {
  return mul(x, x);
}

function oneMinus(x: Tensor): Tensor {
  return sub(x.graph.constant(1), x);
}
