/** A difference with its interval, in a table's cell; a dash where there is none. */

/** @param size how the size of a difference is written; the sign is put before it */
export function DifferenceCell({
  of: { estimate, low, high },
  size,
}: {
  of: { estimate: number | null; low: number | null; high: number | null };
  size: (value: number) => string;
}) {
  if (estimate === null || low === null || high === null) return "—";
  const signed = (value: number) => {
    const text = size(Math.abs(value));
    return Number.parseFloat(text) === 0 ? text : `${value < 0 ? "−" : "+"}${text}`;
  };
  return (
    <>
      <span className="block">{signed(estimate)}</span>
      <span className="block text-xs whitespace-nowrap text-muted">
        {signed(low)} to {signed(high)}
      </span>
    </>
  );
}
