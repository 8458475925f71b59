/** "< 0.001", or three digits, so that what is above 0.05 never reads as 0.05. */
export function pValueText(p: number): string {
  return p < 0.001 ? "< 0.001" : p > 0.05 && p < 0.051 ? "0.051" : p.toFixed(3);
}
