/** RFC 3161: requests to a timestamping authority, and its replies. */
import { createHash, type KeyObject, verify, X509Certificate } from "node:crypto";
import { SemblanceError } from "@/lib/errors";
import { type DerValue, derContext, derGeneralizedTime, derObjectIdentifier, derTags, readDer } from "./der";

/** What an authority's reply says about a text. */
export type Timestamp = {
  /** When the authority saw the text's hash. */
  readonly at: Date;
  /** Subject of the certificate that signed, else the name in the reply; null where neither is there. */
  readonly authority: string | null;
  /** Who issued that certificate. */
  readonly issuer: string | null;
  /** False where the reply holds no certificate: its signature could not be checked. */
  readonly isSignatureChecked: boolean;
};

const objectIds = {
  signedData: "1.2.840.113549.1.7.2",
  timestampInfo: "1.2.840.113549.1.9.16.1.4",
  messageDigest: "1.2.840.113549.1.9.4",
  /** The hash of the certificate that signs, signed with the rest (RFC 2634, SHA-1; RFC 5035). */
  signingCertificate: "1.2.840.113549.1.9.16.2.12",
  signingCertificateV2: "1.2.840.113549.1.9.16.2.47",
  /** Extended key usage of certificates that may sign timestamps. */
  timeStamping: "1.3.6.1.5.5.7.3.8",
} as const;

const digests: Readonly<Record<string, string>> = {
  "1.3.14.3.2.26": "sha1",
  "2.16.840.1.101.3.4.2.1": "sha256",
  "2.16.840.1.101.3.4.2.2": "sha384",
  "2.16.840.1.101.3.4.2.3": "sha512",
};

/** Of these a text may be known by; SHA-1 is too weak for it. */
const imprintDigests = ["sha256", "sha384", "sha512"];

/** The bytes of a request (.tsq) for a text's SHA-256 that asks for the authority's certificate. */
export function timestampRequest(text: string): Uint8Array {
  // SEQUENCE { version 1, SEQUENCE { SEQUENCE { sha256, NULL }, OCTET STRING (32) }, certReq TRUE }
  const head = "30390201013031300d060960864801650304020105000420";
  return Buffer.concat([
    Buffer.from(head, "hex"),
    createHash("sha256").update(text).digest(),
    Buffer.from("0101ff", "hex"),
  ]);
}

/**
 * Reads a reply (.tsr) or the bare token in it, and checks that it is about `text` and was not changed: imprint, digest
 * of the signed part, and signature by the certificate that it holds. Whether that certificate's issuer deserves trust
 * is left to the reader.
 *
 * @throws SemblanceError `invalid_file` for what is not a reply, is damaged, was rejected by the authority, or belongs to
 *   another text
 */
export function readTimestampReply(bytes: Uint8Array, text: string): Timestamp {
  const signed = signedData(bytes);
  const [, , encapsulated, ...optional] = signed;
  const [contentType, explicit] = children(encapsulated, derTags.sequence);
  if (objectId(contentType) !== objectIds.timestampInfo) throw noReply();
  const info = child(explicit, derContext(0), derTags.octetString).content;
  const [infoSequence] = readDer(info);
  const [, , imprint, , time, ...rest] = children(infoSequence, derTags.sequence);
  checkImprint(imprint, text);
  if (time?.tag !== derTags.generalizedTime) throw noReply();
  const signer = checkSignature(info, optional);
  return {
    at: derGeneralizedTime(time.content),
    authority: signer ? nameOf(signer.subject) : commonName(rest.find(({ tag }) => tag === derContext(0))),
    issuer: signer ? nameOf(signer.issuer) : null,
    isSignatureChecked: signer !== null,
  };
}

/** The parts of SignedData, from a whole reply or a bare token. */
function signedData(bytes: Uint8Array): DerValue[] {
  const isText = bytes.length > 0 && bytes[0] !== derTags.sequence;
  if (bytes.length === 0 || isText) throw noReply();
  const outer = readDer(bytes);
  let [first, second] = children(outer[0], derTags.sequence);
  if (first?.tag === derTags.sequence) {
    const status = readDer(first.content)[0];
    const code = status?.tag === derTags.integer ? status.content.at(-1)! : -1;
    if (code < 0) throw noReply();
    if (code > 1 || second === undefined) {
      throw new SemblanceError("invalid_file", `The authority rejected the request (status ${code}).`, {
        remedy: "Send the request again, or use another authority.",
      });
    }
    [first, second] = children(second, derTags.sequence);
  }
  if (objectId(first) !== objectIds.signedData) throw noReply();
  return children(readDer(contentOf(second, derContext(0)))[0], derTags.sequence);
}

function checkImprint(imprint: DerValue | undefined, text: string): void {
  const [algorithm, hashed] = children(imprint, derTags.sequence);
  const digest = digests[objectId(children(algorithm, derTags.sequence)[0])];
  if (digest === undefined || !imprintDigests.includes(digest)) {
    throw new SemblanceError("invalid_file", "The timestamp uses an unknown hash function.", {
      remedy: "Get a timestamp with the registration's request file (.tsq), which uses SHA-256.",
    });
  }
  const stamped = contentOf(hashed, derTags.octetString);
  if (createHash(digest).update(text).digest().equals(stamped)) return;
  throw new SemblanceError(
    "invalid_file",
    `The timestamp belongs to something else: its hash is ${Buffer.from(stamped).toString("hex")}, and the registration's ${digest.replace("sha", "SHA-")} is ${createHash(digest).update(text).digest("hex")}.`,
    { remedy: "Get a timestamp with the current request file (.tsq) of this registration." },
  );
}

/**
 * @param optional certificates, lists of revoked ones and signers of SignedData
 * @returns the certificate that signed; null where the token holds none
 */
function checkSignature(info: Uint8Array, optional: readonly DerValue[]): X509Certificate | null {
  const certificates = optional.find(({ tag }) => tag === derContext(0));
  const [signer] = children(optional.at(-1), derTags.set);
  const parts = children(signer, derTags.sequence);
  const digest = digests[objectId(children(parts[2], derTags.sequence)[0])];
  const attributes = parts[3];
  if (digest === undefined || attributes?.tag !== derContext(0)) throw damaged();
  const stated = new Map(
    readDer(attributes.content)
      .map((attribute) => children(attribute, derTags.sequence))
      .map(([type, values]) => [objectId(type), values]),
  );
  const statedDigest = child(stated.get(objectIds.messageDigest), derTags.set, derTags.octetString).content;
  if (!createHash(digest).update(info).digest().equals(statedDigest)) throw damaged();
  if (!certificates) return null;
  // Signed is the set itself, without the tag that it has among the signer's parts.
  const signedBytes = Buffer.from(attributes.whole);
  signedBytes[0] = derTags.set;
  const signature = contentOf(parts[5], derTags.octetString);
  for (const { whole } of readDer(certificates.content)) {
    if (!hasSigned(whole, (key) => verify(digest, signedBytes, key, signature))) continue;
    if (isStatedCertificate(whole, stated)) return new X509Certificate(whole);
  }
  throw damaged();
}

/**
 * Whether a certificate is the one whose hash was signed too: another name with the same key is another signer.
 *
 * @param stated signed attributes by type
 */
function isStatedCertificate(
  certificate: Uint8Array,
  stated: ReadonlyMap<string, DerValue | undefined>,
): boolean {
  const second = stated.get(objectIds.signingCertificateV2);
  const values = second ?? stated.get(objectIds.signingCertificate);
  if (values === undefined) return true;
  const [signing] = children(values, derTags.set);
  const [ids] = children(signing, derTags.sequence);
  const [id] = children(ids, derTags.sequence);
  const [first, next] = children(id, derTags.sequence);
  const named = first?.tag === derTags.sequence ? digests[objectId(readDer(first.content)[0])] : undefined;
  const digest = second ? (named ?? "sha256") : "sha1";
  const hash = contentOf(named === undefined ? first : next, derTags.octetString);
  return createHash(digest).update(certificate).digest().equals(hash);
}

/** Whether a certificate is one for timestamps and its key fits; false where either cannot be read. */
function hasSigned(certificate: Uint8Array, fits: (key: KeyObject) => boolean): boolean {
  try {
    const { keyUsage, publicKey } = new X509Certificate(certificate);
    return keyUsage?.includes(objectIds.timeStamping) === true && fits(publicKey);
  } catch {
    return false;
  }
}

/** "CN=Authority" and "O=Company" of a name in lines, as "Authority, Company". */
function nameOf(lines: string): string {
  const part = (key: string) => new RegExp(`^${key}=(.+)$`, "m").exec(lines)?.[1];
  return [part("CN"), part("O")].filter(Boolean).join(", ") || lines.replaceAll("\n", ", ");
}

/** The last text in a GeneralName that is a directory name: its common name, as such names are ordered. */
function commonName(name: DerValue | undefined): string | null {
  if (!name) return null;
  const texts: string[] = [];
  const visit = ({ tag, content }: DerValue) => {
    if ((tag & 0x20) !== 0) for (const inner of readDer(content)) visit(inner);
    else if (tag !== derTags.objectIdentifier) texts.push(Buffer.from(content).toString("utf8"));
  };
  for (const inner of readDer(name.content)) visit(inner);
  return texts.at(-1) ?? null;
}

function children(value: DerValue | undefined, tag: number): DerValue[] {
  return readDer(contentOf(value, tag));
}

function child(value: DerValue | undefined, outer: number, inner: number): DerValue {
  const [only] = children(value, outer);
  if (only?.tag !== inner) throw damaged();
  return only;
}

function contentOf(value: DerValue | undefined, tag: number): Uint8Array {
  if (value?.tag !== tag) throw damaged();
  return value.content;
}

function objectId(value: DerValue | undefined): string {
  return value?.tag === derTags.objectIdentifier ? derObjectIdentifier(value.content) : "";
}

function noReply(): SemblanceError {
  return new SemblanceError("invalid_file", "The file is not a timestamp reply (RFC 3161, .tsr).", {
    remedy: "Send the request file (.tsq) to a timestamping authority and attach the file that it returns.",
  });
}

function damaged(): SemblanceError {
  return new SemblanceError(
    "invalid_file",
    "The timestamp reply is damaged: its parts or its signature do not match.",
    { remedy: "Download it again, or get another one with the request file (.tsq)." },
  );
}
