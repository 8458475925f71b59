/** Functions of one variable, applied value by value, each beside its derivative. */
import type { Tensor } from "../graph/graph";
import { defineOperation, operandError } from "../graph/operation";
import { add, mul, neg, sub } from "./arithmetic";

type Derivative = (point: { x: Tensor; y: Tensor }) => Tensor;

/** An expression of the argument; `declare` adds functions that it calls. */
type WgslFunction = (x: string, declare: (code: string) => void) => string;

function defineFunction(
  name: string,
  formula: { readonly onnx: string; readonly wgsl: WgslFunction },
  derivative: Derivative,
): (x: Tensor) => Tensor {
  const apply = defineOperation<[x: Tensor], [y: Tensor]>({
    name,
    infer([x]) {
      if (x.dtype !== "float32") throw operandError(name, [x], "it takes float32");
      return [x];
    },
    emit: (onnx, { inputs, outputs }) => onnx.node({ type: formula.onnx, inputs, outputs }),
    lower: (card, { inputs: [x], outputs: [y] }) =>
      card.map(y, {
        reads: [x],
        value: (scope) => formula.wgsl(scope.read(x), (code) => scope.declare(code)),
      }),
    gradient: ({ inputs: [x], outputs: [y] }, [dy]) => [mul(dy, derivative({ x, y }))],
  });
  return (x) => apply([x], {})[0];
}

/** e^x overflows beyond 88. */
const wgslSigmoid = (x: string) => `1.0 / (1.0 + exp(min(-${x}, 88.0)))`;

/**
 * Odd polynomial up to 0.92, beyond it 1 - e^p with p a polynomial of |x|; the coefficients are those of N. Juffa's
 * single-precision minimax approximations, within one unit in the last place.
 */
const erfWgsl: WgslFunction = (x, declare) => {
  const polynomial = (variable: string, coefficients: readonly number[]) =>
    coefficients.slice(1).reduce((sum, next) => `fma(${sum}, ${variable}, ${next})`, `${coefficients[0]}`);
  const near = polynomial("s", nearZero);
  const far = polynomial("t", farFromZero);
  declare(`fn errorFunction(x: f32) -> f32 {
let t = abs(x);
let s = x * x;
let near = fma(${near}, x, x);
let far = 1.0 - exp(fma(${far}, t, -t));
return select(near, sign(x) * far, t > 0.927734375);
}`);
  return `errorFunction(${x})`;
};

/** Of erf(x) / x - 1 as a polynomial of x², the highest power first. */
const nearZero = [
  -5.96761703e-4, 4.99119423e-3, -2.67681349e-2, 1.12819925e-1, -3.76125336e-1, 1.28379166e-1,
];

/** Of log(1 - erf(x)) / x + 1 as a polynomial of x, the highest power first. */
const farFromZero = [
  -1.7285347e-5, 3.83197126e-4, -3.88396438e-3, 2.42546219e-2, -1.06777877e-1, -6.34846687e-1, -1.28717512e-1,
];

export const exp = defineFunction("exp", { onnx: "Exp", wgsl: (x) => `exp(${x})` }, ({ y }) => y);

/** The natural logarithm. */
export const log = defineFunction("log", { onnx: "Log", wgsl: (x) => `log(${x})` }, ({ x }) => reciprocal(x));

export const sqrt = defineFunction("sqrt", { onnx: "Sqrt", wgsl: (x) => `sqrt(${x})` }, ({ y }) =>
  mul(reciprocal(y), 0.5),
);

/** 1 / x */
export const reciprocal: (x: Tensor) => Tensor = defineFunction(
  "reciprocal",
  { onnx: "Reciprocal", wgsl: (x) => `1.0 / ${x}` },
  ({ y }) => neg(square(y)),
);

/** -1, 0 or 1; its derivative is 0 wherever it has one. */
export const sign: (x: Tensor) => Tensor = defineFunction(
  "sign",
  { onnx: "Sign", wgsl: (x) => `sign(${x})` },
  ({ x }) => mul(x, 0),
);

/** |x|, with derivative 0 at 0. */
export const abs = defineFunction("abs", { onnx: "Abs", wgsl: (x) => `abs(${x})` }, ({ x }) => sign(x));

/** 1 / (1 + e^-x) */
export const sigmoid = defineFunction("sigmoid", { onnx: "Sigmoid", wgsl: wgslSigmoid }, ({ y }) =>
  mul(y, oneMinus(y)),
);

export const tanh = defineFunction(
  "tanh",
  { onnx: "Tanh", wgsl: (x) => `tanh(clamp(${x}, -16.0, 16.0))` },
  ({ y }) => oneMinus(square(y)),
);

/** 2/√π ∫ e^(-t²) dt from 0 to x */
export const erf = defineFunction("erf", { onnx: "Erf", wgsl: erfWgsl }, ({ x }) =>
  mul(exp(neg(square(x))), 2 / Math.sqrt(Math.PI)),
);

/** max(x, 0), with derivative 0 at 0. */
export const relu = defineFunction("relu", { onnx: "Relu", wgsl: (x) => `max(${x}, 0.0)` }, ({ y }) =>
  sign(y),
);

/** x · Φ(x), Φ the standard normal distribution function (Hendrycks & Gimpel 2016), not its tanh approximation. */
export const gelu = defineFunction(
  "gelu",
  {
    onnx: "Gelu",
    wgsl: (x, declare) => `${x} * (0.5 + 0.5 * ${erfWgsl(`(${x} * ${Math.SQRT1_2})`, declare)})`,
  },
  ({ x }) => {
    const distribution = add(mul(erf(mul(x, Math.SQRT1_2)), 0.5), 0.5);
    const density = mul(exp(mul(square(x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
    return add(distribution, mul(x, density));
  },
);

const applySilu = defineOperation<[x: Tensor], [y: Tensor, sigmoidOfX: Tensor]>({
  name: "silu",
  infer: ([x]) => [x, x],
  emit(onnx, { inputs: [x], outputs: [y, s] }) {
    onnx.node({ type: "Sigmoid", inputs: [x], outputs: [s] });
    onnx.node({ type: "Mul", inputs: [x, s], outputs: [y] });
  },
  lower(card, { inputs: [x], outputs: [y, s] }) {
    card.map(s, { reads: [x], value: (scope) => wgslSigmoid(scope.read(x)) });
    card.map(y, { reads: [x, s], value: (scope) => `${scope.read(x)} * ${scope.read(s)}` });
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
