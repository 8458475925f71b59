/** Keeps secrets out of the logs, whatever wrote them into a line. */

const replaced = "[redacted]";

/** Addresses that admit anybody who has them, passwords in connection strings, and values of secret fields. */
const patterns: readonly [RegExp, string][] = [
  [/(\/(?:sign-in|join)\/)[\w%.~-]{6,}/g, `$1${replaced}`],
  [/(\/preview\/)[\w%.~-]{20,}/g, `$1${replaced}`],
  [/([?&](?:token|code|state|key|sig|signature|password|secret)=)[^&\s"'\\]+/gi, `$1${replaced}`],
  [/(\bpostgres(?:ql)?:\/\/[^:/@\s]+:)[^@\s]+(@)/g, `$1${replaced}$2`],
  [/(\b(?:__Host-)?semblance[\w.-]*=)[^;\s"'\\]+/g, `$1${replaced}`],
  [/(\bBearer\s+)[\w.~+/=-]+/gi, `$1${replaced}`],
  [
    /("(?:password|passwordHash|current|repeated|token|newToken|tokenHash|csrfToken|secret|cookie|set-cookie|authorization)"\s*:\s*")(?:[^"\\]|\\.)*(")/gi,
    `$1${replaced}$2`,
  ],
];

export function redact(text: string): string {
  return patterns.reduce((left, [pattern, replacement]) => left.replace(pattern, replacement), text);
}
