/** The settings that Semblance takes from its environment; the only reader of `process.env`. */
import { randomBytes } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import ipaddr from "ipaddr.js";
import { z } from "zod";
import { SemblanceError } from "@/lib/errors";

const emptyAsAbsent = (value: unknown) => (value === "" ? undefined : value);

const databaseAddress = z.preprocess(
  emptyAsAbsent,
  z
    .string()
    .regex(/^postgres(ql)?:\/\//, "must begin with postgresql://")
    .optional(),
);

/** Addresses and networks, separated by commas or spaces. */
const networks = z
  .string()
  .default("")
  .transform((text) => text.split(/[\s,]+/).filter(Boolean))
  .superRefine((entries, context) => {
    const bad = entries.find((entry) => !ipaddr.isValid(entry) && !ipaddr.isValidCIDR(entry));
    if (bad !== undefined) context.addIssue(`"${bad}" is no IP address and no network such as 10.0.0.0/8`);
  });

/** Host names, separated by commas or spaces; "*" stands for all. */
const hosts = z
  .string()
  .default("")
  .transform((text) =>
    text
      .toLowerCase()
      .split(/[\s,]+/)
      .filter(Boolean),
  )
  .superRefine((entries, context) => {
    const bad = entries.find((entry) => entry !== "*" && !/^[a-z0-9_.-]+$/.test(entry));
    if (bad !== undefined) context.addIssue(`"${bad}" is no host name such as rate.example.org`);
  });

const yesOrNo = z.enum(["yes", "no"], { error: "must be yes or no" }).transform((word) => word === "yes");

/** A bucket's name, and the beginning of the names of what is kept in it. */
const bucketPattern = /^s3:\/\/([a-z0-9][a-z0-9.-]+[a-z0-9])(?:\/([\w.-]+(?:\/[\w.-]+)*)?)?\/?$/;

function checkPlace(text: string, context: z.RefinementCtx): void {
  if (!text.includes("://") || bucketPattern.test(text)) return;
  context.addIssue(
    `"${text}" must be a folder, or a bucket such as s3://my-bucket or s3://my-bucket/semblance`,
  );
}

const environment = z.object({
  /** PostgreSQL to use instead of the embedded one. */
  DATABASE_URL: databaseAddress,
  /** The same database as the role that owns its tables, where DATABASE_URL names a role that may only use them. */
  SEMBLANCE_OWNER_DATABASE_URL: databaseAddress,
  /** The folder of everything that Semblance keeps: database, blobs, runs, secrets. */
  SEMBLANCE_DATA: z.preprocess(emptyAsAbsent, z.string().default("data")),
  /** Where blobs, run states and features are kept, where that is not the data folder: a folder, or s3://BUCKET/PREFIX. */
  SEMBLANCE_STORE: z.preprocess(emptyAsAbsent, z.string().superRefine(checkPlace).optional()),
  /** The address of the object store; without one, Amazon's for the region. */
  SEMBLANCE_S3_ENDPOINT: z.preprocess(
    emptyAsAbsent,
    z.url({ protocol: /^https?$/, error: "must be an address such as https://s3.example.org" }).optional(),
  ),
  SEMBLANCE_S3_REGION: z.preprocess(emptyAsAbsent, z.string().default("us-east-1")),
  /** Without these two, the AWS SDK looks for keys in its usual places. */
  SEMBLANCE_S3_ACCESS_KEY: z.preprocess(emptyAsAbsent, z.string().optional()),
  SEMBLANCE_S3_SECRET_KEY: z.preprocess(emptyAsAbsent, z.string().optional()),
  /** Whether the bucket is part of the path rather than of the host name. */
  SEMBLANCE_S3_PATH_STYLE: z.preprocess(emptyAsAbsent, yesOrNo.optional()),
  /** Whether browsers of members may fetch whole files from the object store. */
  SEMBLANCE_S3_LINKS: z.preprocess(emptyAsAbsent, yesOrNo.default(false)),
  /** What this machine may keep of an object store's files, in GB. */
  SEMBLANCE_CACHE_GB: z.preprocess(emptyAsAbsent, z.coerce.number().min(0.001).default(20)),
  /** Where the networks lie that metrics and sampling need, such as a folder that a group shares. */
  SEMBLANCE_WEIGHTS: z.preprocess(emptyAsAbsent, z.string().optional()),
  PORT: z.preprocess(emptyAsAbsent, z.coerce.number().int().min(1).max(65_535).default(3000)),
  /** The address under which people reach the server, where that is not http://localhost:PORT. */
  SEMBLANCE_URL: z.preprocess(
    emptyAsAbsent,
    z.url({ protocol: /^https?$/, error: "must be an address such as https://rate.example.org" }).optional(),
  ),
  /** Proxies whose X-Forwarded headers are believed. */
  SEMBLANCE_TRUSTED_PROXIES: z.preprocess(emptyAsAbsent, networks),
  /** The address of this machine to listen at; without one, all. */
  SEMBLANCE_BIND: z.preprocess(
    emptyAsAbsent,
    z
      .string()
      .refine((text) => ipaddr.isValid(text), "must be an IP address of this machine, such as 127.0.0.1")
      .optional(),
  ),
  /** Names under which people may reach the server, besides that of SEMBLANCE_URL and this machine's own. */
  SEMBLANCE_HOSTS: z.preprocess(emptyAsAbsent, hosts),
  /** The execution provider that workers ask for, after webgpu: with the number or name of an adapter. */
  SEMBLANCE_PROVIDER: z.preprocess(
    emptyAsAbsent,
    z
      .custom<Environment["provider"]>(
        (value) => /^(auto|cpu|cuda|webgpu(:.+)?)$/.test(String(value)),
        "must be auto, cpu, cuda, webgpu, or webgpu: and the number or name of an adapter, such as webgpu:1",
      )
      .default("auto"),
  ),
  /** The cards that CUDA may use, by number or name; workers that may use the same ones take turns. */
  CUDA_VISIBLE_DEVICES: z.preprocess(emptyAsAbsent, z.string().optional()),
  /** Images with more million pixels are refused. */
  SEMBLANCE_MEGAPIXELS: z.preprocess(emptyAsAbsent, z.coerce.number().min(0.01).max(1000).default(64)),
  /** Folders from which the dashboard may import, separated like those of PATH. */
  SEMBLANCE_IMPORT_ROOTS: z.preprocess(emptyAsAbsent, z.string().optional()),
  /** Events of lower importance are not logged. */
  SEMBLANCE_LOG_LEVEL: z.preprocess(
    emptyAsAbsent,
    z.enum(["debug", "info", "warn", "error"]).default("info"),
  ),
  /** How the supervisor shows its services' log. */
  SEMBLANCE_LOG_FORMAT: z.preprocess(emptyAsAbsent, z.enum(["auto", "json", "text"]).default("auto")),
  NODE_ENV: z.preprocess(emptyAsAbsent, z.string().default("development")),
});

/** The folder of the data folder from which the dashboard may import where no other is named. */
const importFolder = "imports";

export type StorePlace =
  /** Absolute path. */
  | { readonly kind: "folder"; readonly folder: string }
  /** `prefix` begins the names of all objects; empty, or ends in "/". */
  | { readonly kind: "bucket"; readonly bucket: string; readonly prefix: string };

export type ObjectStoreSettings = {
  /** Null: Amazon's own for the region. */
  readonly endpoint: string | null;
  readonly region: string;
  /** Null: from the usual places of the AWS SDK. */
  readonly keys: { readonly access: string; readonly secret: string } | null;
  readonly pathStyle: boolean;
  readonly givesLinks: boolean;
};

export type Environment = {
  /** Null: the embedded PostgreSQL of the data folder. */
  databaseUrl: string | null;
  /** Null: the role of databaseUrl owns the tables too. */
  ownerDatabaseUrl: string | null;
  /** Absolute path. */
  dataFolder: string;
  /** Where blobs, run states and features are; the data folder unless another place is named. */
  store: StorePlace;
  objectStore: ObjectStoreSettings;
  /** What this machine may keep of an object store's files. */
  cacheBytes: number;
  /** Absolute path. */
  weightsFolder: string;
  port: number;
  /** Without a slash at the end; null where none is stated. */
  publicUrl: string | null;
  /** IP addresses and CIDR networks of the proxies whose X-Forwarded headers are believed; empty: of none. */
  trustedProxies: readonly string[];
  /** IP address to listen at; null: all of this machine's. */
  bindAddress: string | null;
  /** Further host names that requests may name, in lower case; "*": any. */
  hosts: readonly string[];
  provider: "auto" | "cpu" | "cuda" | "webgpu" | `webgpu:${string}`;
  /** Null: all cards. */
  cudaDevices: string | null;
  /** An image with more pixels is refused, wherever it is read. */
  largestImagePixels: number;
  /** Absolute paths of the folders whose files may be imported by people who name them in a form. */
  importRoots: readonly string[];
  logLevel: "debug" | "info" | "warn" | "error";
  /** "auto": text on a terminal, otherwise lines of JSON. */
  logFormat: "auto" | "json" | "text";
  production: boolean;
};

/**
 * Reads the settings out of environment variables.
 *
 * @throws SemblanceError `invalid_input` naming the variable that cannot be used.
 */
export function readEnvironment(variables: Record<string, string | undefined>): Environment {
  const parsed = environment.safeParse(variables);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    const name = String(issue.path[0]);
    throw new SemblanceError(
      "invalid_input",
      `The environment variable ${name} cannot be used: ${issue.message}.`,
      {
        remedy: `Correct ${name}, or unset it to use the default.`,
      },
    );
  }
  const value = parsed.data;
  return {
    databaseUrl: value.DATABASE_URL ?? null,
    ownerDatabaseUrl: value.SEMBLANCE_OWNER_DATABASE_URL ?? null,
    dataFolder: resolve(value.SEMBLANCE_DATA),
    store: toStorePlace(value.SEMBLANCE_STORE ?? value.SEMBLANCE_DATA),
    objectStore: {
      endpoint: value.SEMBLANCE_S3_ENDPOINT ?? null,
      region: value.SEMBLANCE_S3_REGION,
      keys:
        value.SEMBLANCE_S3_ACCESS_KEY && value.SEMBLANCE_S3_SECRET_KEY
          ? { access: value.SEMBLANCE_S3_ACCESS_KEY, secret: value.SEMBLANCE_S3_SECRET_KEY }
          : null,
      pathStyle: value.SEMBLANCE_S3_PATH_STYLE ?? value.SEMBLANCE_S3_ENDPOINT !== undefined,
      givesLinks: value.SEMBLANCE_S3_LINKS,
    },
    cacheBytes: value.SEMBLANCE_CACHE_GB * 1e9,
    weightsFolder: resolve(value.SEMBLANCE_WEIGHTS ?? join(value.SEMBLANCE_DATA, "weights")),
    port: value.PORT,
    publicUrl: value.SEMBLANCE_URL?.replace(/\/+$/, "") ?? null,
    trustedProxies: value.SEMBLANCE_TRUSTED_PROXIES,
    bindAddress: value.SEMBLANCE_BIND ?? null,
    hosts: value.SEMBLANCE_HOSTS,
    provider: value.SEMBLANCE_PROVIDER,
    cudaDevices: value.CUDA_VISIBLE_DEVICES ?? null,
    largestImagePixels: Math.floor(value.SEMBLANCE_MEGAPIXELS * 1e6),
    importRoots: value.SEMBLANCE_IMPORT_ROOTS?.split(delimiter)
      .filter((root) => root !== "")
      .map((root) => resolve(root)) ?? [join(resolve(value.SEMBLANCE_DATA), importFolder)],
    logLevel: value.SEMBLANCE_LOG_LEVEL,
    logFormat: value.SEMBLANCE_LOG_FORMAT,
    production: value.NODE_ENV === "production",
  };
}

/**
 * @param text a folder, or a bucket with a prefix: `s3://BUCKET/PREFIX`
 * @throws SemblanceError `invalid_input` for an address of another kind
 */
export function toStorePlace(text: string): StorePlace {
  const found = bucketPattern.exec(text);
  if (found) return { kind: "bucket", bucket: found[1]!, prefix: found[2] ? `${found[2]}/` : "" };
  if (!text.includes("://")) return { kind: "folder", folder: resolve(text) };
  throw new SemblanceError("invalid_input", `${text} is neither a folder nor a bucket.`, {
    remedy: "Give a folder, or a bucket such as s3://my-bucket or s3://my-bucket/semblance.",
  });
}

/** Whether SEMBLANCE_DATA names a data folder. */
export function isDataFolderNamed(): boolean {
  return Boolean(process.env.SEMBLANCE_DATA);
}

/** NextAuth takes the address under which it is reached from the environment, or where this says so from the request. */
export function tellNextAuth(): void {
  const { publicUrl } = env();
  if (publicUrl) process.env.NEXTAUTH_URL = `${new URL(publicUrl).origin}/api/auth`;
  else delete process.env.NEXTAUTH_URL;
  process.env.AUTH_TRUST_HOST = "true";
}

let current: Environment | undefined;

/** The settings of this process, read at the first call. */
export function env(): Environment {
  current ??= readEnvironment(process.env);
  return current;
}

/** The parts of the data folder, and of this process's own the weights folder, which may lie elsewhere; all absolute. */
export function dataPaths(folder?: string) {
  const dataFolder = folder ?? env().dataFolder;
  return {
    postgres: join(dataFolder, "postgres"),
    blobs: join(dataFolder, "blobs"),
    /** Working folders of fine-tunes: what a killed run resumes from. */
    runs: join(dataFolder, "runs"),
    classImages: join(dataFolder, "class-images"),
    /** Files that people put there to import them. */
    imports: join(dataFolder, importFolder),
    weights: folder === undefined ? env().weightsFolder : join(folder, "weights"),
    /** What metrics have read off images, kept between evaluations. */
    features: join(dataFolder, "features"),
    /** What this machine holds of an object store's files. */
    cache: join(dataFolder, "cache"),
    secrets: join(dataFolder, "secrets"),
    logs: join(dataFolder, "logs"),
    /** Where the running server can be asked for its address; see lib/platform/server/server-beacon.ts. */
    server: join(dataFolder, "server-port"),
  };
}

/**
 * A secret that is made at the first call and kept in the data folder, readable by its owner alone.
 * Processes that ask at the same time get the same one.
 */
export function keptSecret(name: string, dataFolder = env().dataFolder): string {
  const folder = dataPaths(dataFolder).secrets;
  const path = join(folder, name);
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const draft = `${path}.${process.pid}.${randomBytes(4).toString("hex")}`;
  writeFileSync(draft, randomBytes(32).toString("base64url"), { mode: 0o600 });
  try {
    // A hard link fails where the name is taken: the first process wins, the others read its secret.
    linkSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  return readFileSync(path, "utf8");
}

/** The key that signs session cookies. */
export function authSecret(): string {
  return keptSecret("auth-secret");
}
