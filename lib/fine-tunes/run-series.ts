/** What a run measures over its steps: one entry per series, and the charts that show them. No database here. */

/** [step, mean] or, where a point stands for several steps, [last step, mean, lowest, highest]. */
export type CurvePoint = readonly [step: number, mean: number, low?: number, high?: number];

type Series = {
  readonly label: string;
  /** Of a column in CSV files; in TensorBoard, the tag is `group/name`. */
  readonly name: string;
  readonly group: "training" | "machine";
  /** Multiplies a stored value for people; absent: 1. */
  readonly scale?: number;
  /** Noisy: a running mean is drawn over the values. */
  readonly isSmoothed?: boolean;
  /** Left out where several runs are drawn over one another: their lines would be too many. */
  readonly isOfOneRun?: boolean;
};

/** The held-out loss of a quarter of the timesteps; see timestepBands. */
function band(number: 1 | 2 | 3 | 4, label: string) {
  return { label, name: `validation_loss_band_${number}`, group: "training", isOfOneRun: true } as const;
}

export const runSeries = {
  loss: { label: "Training loss", name: "loss", group: "training", isSmoothed: true },
  heldOut: { label: "Validation loss", name: "validation_loss", group: "training" },
  validatedTraining: {
    label: "Training images, measured alike",
    name: "validation_loss_training",
    group: "training",
    isOfOneRun: true,
  },
  heldOutBand1: band(1, "0–25%, least noise"),
  heldOutBand2: band(2, "25–50%"),
  heldOutBand3: band(3, "50–75%"),
  heldOutBand4: band(4, "75–100%, most noise"),
  consistencyLoss: {
    label: "Consistency between captions",
    name: "consistency_loss",
    group: "training",
    isSmoothed: true,
  },
  gradientNorm: { label: "Gradient norm", name: "gradient_norm", group: "training", isSmoothed: true },
  learningRate: { label: "Learning rate", name: "learning_rate", group: "training" },
  imagesPerSecond: { label: "Images per second", name: "images_per_second", group: "machine" },
  memoryBytes: { label: "Process", name: "memory_bytes", group: "machine", scale: 1e-9 },
  deviceMemoryBytes: { label: "Graphics card", name: "device_memory_bytes", group: "machine", scale: 1e-9 },
  processorLoad: { label: "Processors", name: "processor_load", group: "machine", scale: 100 },
  deviceLoad: { label: "Graphics card", name: "device_load", group: "machine", scale: 100 },
} as const satisfies Record<string, Series>;

export type SeriesKey = keyof typeof runSeries;

/** Absent: the run has measured nothing of the kind. */
export type RunCurves = Partial<Record<SeriesKey, CurvePoint[]>>;

export function seriesOf(key: SeriesKey): Series {
  return runSeries[key];
}

export type RunChart = {
  readonly key: string;
  readonly title: string;
  /** What the vertical axis says. */
  readonly axis: string;
  readonly series: readonly SeriesKey[];
  /** Whether the vertical axis begins as a logarithmic one. */
  readonly isLogarithmic: boolean;
  /** What a linear axis shows in any case; absent: only what the values need. */
  readonly shows?: readonly number[];
};

export const runCharts: readonly RunChart[] = [
  {
    key: "loss",
    title: "Loss",
    axis: "Loss",
    series: ["loss", "heldOut", "validatedTraining"],
    isLogarithmic: true,
  },
  {
    key: "validation-bands",
    title: "Validation loss by timesteps",
    axis: "Loss of held-out images",
    series: ["heldOutBand1", "heldOutBand2", "heldOutBand3", "heldOutBand4"],
    isLogarithmic: true,
  },
  {
    key: "consistency-loss",
    title: "Consistency between captions",
    axis: "Loss before weighting",
    series: ["consistencyLoss"],
    isLogarithmic: false,
    shows: [0],
  },
  {
    key: "gradient-norm",
    title: "Gradient norm",
    axis: "Norm before clipping",
    series: ["gradientNorm"],
    isLogarithmic: true,
  },
  {
    key: "learning-rate",
    title: "Learning rate",
    axis: "Learning rate",
    series: ["learningRate"],
    isLogarithmic: false,
  },
  {
    key: "throughput",
    title: "Throughput",
    axis: "Images per second",
    series: ["imagesPerSecond"],
    isLogarithmic: false,
    shows: [0],
  },
  {
    key: "memory",
    title: "Memory",
    axis: "GB",
    series: ["memoryBytes", "deviceMemoryBytes"],
    isLogarithmic: false,
    shows: [0],
  },
  {
    key: "load",
    title: "Load",
    axis: "%",
    series: ["processorLoad", "deviceLoad"],
    isLogarithmic: false,
    shows: [0, 100],
  },
];
