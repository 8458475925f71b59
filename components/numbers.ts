/** Numbers as people read them. */

const plain = new Intl.NumberFormat("en");

export function formatCount(value: number | bigint): string {
  return plain.format(value);
}

/** 1 → "1 vote", 3995 → "3,995 votes". */
export function plural(count: number, one: string, several: string): string {
  return `${formatCount(count)} ${count === 1 ? one : several}`;
}

/** 0.8167 → "82%"; the share rounded to whole percent. */
export function formatPercent(share: number): string {
  return `${withMinus(String(Math.round(100 * share)))}%`;
}

/** 385030726 → "385 M". */
export function formatMillions(value: number | bigint): string {
  const number = Number(value);
  if (number < 1e4) return plain.format(number);
  if (number < 1e6) return `${(number / 1e3).toPrecision(3)} k`;
  return `${(number / 1e6).toPrecision(3)} M`;
}

/** 1540122904 → "1.54 GB" (decimal units). */
export function formatBytes(bytes: number | bigint): string {
  const value = Number(bytes);
  if (value < 1000) return `${value} B`;
  const exponent = Math.min(4, Math.floor(Math.log10(value) / 3));
  return `${(value / 1000 ** exponent).toPrecision(3)} ${["B", "kB", "MB", "GB", "TB"][exponent]}`;
}

/** 4000 → "1 h 7 min". */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${whole % 60} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} days ${hours % 24} h`;
}

/** Enough digits to tell measured values apart, none that mean nothing. */
export function formatMeasure(value: number, digits = 4): string {
  if (!Number.isFinite(value)) return "—";
  if (value !== 0 && (Math.abs(value) < 1e-3 || Math.abs(value) >= 1e6))
    return withMinus(value.toExponential(digits - 1));
  return withMinus(value.toPrecision(digits));
}

/** -0.5 → "−0.50": `digits` after the point, and a minus sign as long as a plus. */
export function formatDecimals(value: number, digits: number): string {
  return withMinus(value.toFixed(digits));
}

function withMinus(text: string): string {
  return text.replace(/^-/, "−");
}
