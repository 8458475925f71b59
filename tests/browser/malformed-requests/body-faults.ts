/** Faults of bodies and of their lengths. */
import { bytesOf, type Fault, pick, setHeader } from "./parts";

const deep = (count: number) => `${"[".repeat(count)}${"]".repeat(count)}`;

export const contentTypes = [
  ...[
    "",
    "x",
    "application/json",
    "text/plain;charset=UTF-8",
    "text/plain;charset=x",
    "application/octet-stream",
  ],
  ...["multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=a"],
  ...[
    "application/x-www-form-urlencoded",
    "application/x-www-form-urlencoded; charset=\x80",
    "a/b;".repeat(100),
  ],
];

export const bodies: (Buffer | null)[] = [
  null,
  ...[
    "",
    "x",
    "{",
    "[",
    "null",
    "1",
    '"x"',
    "[]",
    "{}",
    "[null]",
    '["$undefined"]',
    '["$K1"]',
    '["$F1"]',
    '["$@1"]',
  ],
  ...[
    '["$Q1","$W2","$B3"]',
    '["$1:__proto__:then"]',
    '{"then":"$1:constructor:constructor"}',
    '["$T","$n1","$D"]',
  ],
  ...[
    '{"__proto__":{"a":1}}',
    '{"assignmentId":"x"}',
    '{"assignmentId":null,"answer":[]}',
    "=&=&&",
    "%zz=%00",
    "a=%00",
  ],
  ...[
    deep(5000),
    deep(30_000),
    `[${"1,".repeat(5000)}1]`,
    `"${"x".repeat(70_000)}"`,
    `[1e400,-1e400,${"9".repeat(500)}]`,
  ],
  ...['--a\r\nContent-Disposition: form-data; name="1_x"\r\n\r\n[]\r\n--a--', "--a\r\n\r\n", "--a--", "--a"],
  ...[
    '--a\r\nContent-Disposition: form-data; name="$ACTION_ID_00"\r\n\r\n\r\n--a--\r\n',
    '["\\ud800"]',
    '["\\u0000"]',
  ],
].map((text) => (text === null ? null : Buffer.from(text)));

export const bodyFaults: Fault[] = [
  (parts, random) => {
    parts.body = pick(random, bodies);
    if (random.nextInt(3) === 0) setHeader(parts, "Content-Type", [pick(random, contentTypes)]);
  },
  (parts, random) => {
    parts.body = bytesOf(random, random.nextInt(3000));
  },
  (parts, random) => {
    setHeader(parts, "Content-Type", [pick(random, contentTypes)]);
  },
  // One value of a well-formed body becomes another.
  (parts, random) => {
    if (parts.body === null) return;
    const odd = pick(random, [
      ...[
        "null",
        "-1",
        "1e400",
        "2147483648",
        "99999999999999999999",
        '""',
        '"\\u0000"',
        '"\\ud800"',
        "[]",
        "{}",
      ],
      ...['"x"', "true", "0.5", `"${"x".repeat(2000)}"`, '"00000000-0000-4000-8000-000000000000"', deep(50)],
    ]);
    const values = [...parts.body.toString("latin1").matchAll(/(?<=[:[,=])("[^"]*"|[\w.%-]+)/g)];
    const value = values.length > 0 ? pick(random, values) : undefined;
    if (!value) return;
    const text = parts.body.toString("latin1");
    parts.body = Buffer.from(
      text.slice(0, value.index) + odd + text.slice(value.index + value[0].length),
      "latin1",
    );
  },
  (parts, random) => {
    parts.hasLength = false;
    const length = parts.body?.length ?? 0;
    parts.headers.push(
      pick<[string, string]>(random, [
        ["Content-Length", String(length + 1 + random.nextInt(100))],
        ["Content-Length", "-1"],
        ["Content-Length", "x"],
        ["Content-Length", "99999999999999999999"],
        ["Content-Length", "8000000001"],
        ["Content-Length", `${length}, ${length}`],
        ["Transfer-Encoding", "chunked"],
        ["Transfer-Encoding", "gzip, chunked"],
        ["Transfer-Encoding", "x"],
      ]),
    );
  },
  (parts, random) => {
    const body = parts.body ?? Buffer.from("x");
    parts.hasLength = false;
    parts.headers.push(["Transfer-Encoding", "chunked"]);
    const end = pick(random, [
      "0\r\n\r\n",
      "0\r\nX-Trailer: a\r\n\r\n",
      "zz\r\n",
      "-1\r\n",
      "FFFFFFFFFFFFFFFFFF\r\n",
      "",
    ]);
    parts.body = Buffer.concat([
      Buffer.from(`${body.length.toString(16)}${pick(random, ["", ";a=b"])}\r\n`),
      body,
      Buffer.from(`\r\n${end}`),
    ]);
  },
];
