/** What a run's validations measured in each band of timesteps: at the start, at the best one and at the last. */
import { formatCount, formatMeasure } from "@/components/numbers";
import { Section } from "@/components/page-header";
import type { ValidationLoss } from "@/lib/fine-tunes/read-validations";

export function ValidationBands({ validations }: { validations: ValidationLoss[] }) {
  const first = validations[0]!;
  const last = validations.at(-1)!;
  const trained = validations.filter(({ step }) => step > 0);
  const best = trained.reduce((low, one) => (one.heldOut < low.heldOut ? one : low), trained[0] ?? first);
  const columns = [first, best, last].filter((one, index, all) => all.indexOf(one) === index);
  const count = last.heldOutBands.length;
  const rows = [
    { name: "All timesteps", of: ({ heldOut }: ValidationLoss) => heldOut, training: last.training },
    ...last.trainingBands.map((training, band) => ({
      name: bandName(band, count),
      of: ({ heldOutBands }: ValidationLoss) => heldOutBands[band]!,
      training,
    })),
  ];
  return (
    <Section
      title="Validation"
      text={`Loss on held-out images under the same noise and timesteps each time, of ${
        last.isAverage ? "the moving average of the weights" : "the weights of the step"
      }.`}
    >
      <section
        aria-label="Validation by timesteps"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        className="scroll-hint overflow-x-auto rounded-lg border bg-surface"
      >
        <table className="numeric w-full text-sm">
          <thead className="text-[0.8125rem] text-muted">
            <tr className="border-b">
              <th scope="col" className="px-4 py-2 text-start font-medium">
                Timesteps
              </th>
              {columns.map((one) => (
                <th key={one.step} scope="col" className="px-4 py-2 text-end font-medium">
                  {one.step === 0 ? "Before training" : `Step ${formatCount(one.step)}`}
                  {one === best && one.step > 0 ? ", best" : ""}
                </th>
              ))}
              <th scope="col" className="px-4 py-2 text-end font-medium">
                Training images, step {formatCount(last.step)}
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ name, of, training }) => (
              <tr key={name} className="border-b last:border-b-0">
                <th scope="row" className="px-4 py-2 text-start font-normal whitespace-nowrap">
                  {name}
                </th>
                {columns.map((one) => (
                  <td key={one.step} className="px-4 py-2 text-end">
                    {formatMeasure(of(one), 3)}
                  </td>
                ))}
                <td className="px-4 py-2 text-end text-muted">{formatMeasure(training, 3)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </Section>
  );
}

function bandName(band: number, count: number): string {
  const range = `${Math.round((100 * band) / count)}–${Math.round((100 * (band + 1)) / count)}%`;
  if (band === 0) return `${range}, least noise`;
  return band === count - 1 ? `${range}, most noise` : range;
}
