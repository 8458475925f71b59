/** Timestamps written by OpenSSL are read; damaged ones and those of other texts are rejected. */
import { describe, expect, it } from "vitest";
import { readTimestampReply, timestampRequest } from "@/lib/studies/registration/timestamp-reply";
import { opensslReplies, stampedText, timestampReplyFor } from "@/tests/timestamp-replies";

describe("timestampRequest", () => {
  it("is byte for byte what `openssl ts -query -sha256 -cert -no_nonce` makes", () => {
    expect(Buffer.from(timestampRequest(stampedText)).toString("hex")).toBe(
      "30390201013031300d0609608648016503040201050004208b5ed148fcd989e1e3b7c6e449b95f033f02e3171ae58dafb03f8fc5932cfbc40101ff",
    );
  });
});

describe("readTimestampReply", () => {
  it("reads time, authority and issuer, and checks the signature", () => {
    const expected = {
      at: new Date("2026-11-28T22:09:10Z"),
      authority: "Test Authority, Example Timestamps",
      issuer: "Test Authority, Example Timestamps",
      isSignatureChecked: true,
    };
    expect(readTimestampReply(opensslReplies.sha256, stampedText)).toEqual(expected);
    // The bare token follows the status: SEQUENCE (4 octets), SEQUENCE { INTEGER 0 } (5 octets).
    expect(readTimestampReply(opensslReplies.sha256.subarray(9), stampedText)).toEqual(expected);
  });

  it("says if there was no certificate to check the signature with", () => {
    const at = new Date("2026-12-01T08:30:00Z");
    expect(readTimestampReply(timestampReplyFor("another", at), "another")).toEqual({
      at,
      authority: "Test Authority",
      issuer: null,
      isSignatureChecked: false,
    });
  });

  it("rejects timestamps of another text, or with a weak hash", () => {
    expect(() => readTimestampReply(opensslReplies.sha256, `${stampedText}!`)).toThrow(
      /belongs to something else: its hash is 8b5ed148/,
    );
    expect(() => readTimestampReply(opensslReplies.sha1, stampedText)).toThrow(/unknown hash function/);
  });

  it("rejects a reply in which any octet of the signed part, its digest or its signature was changed", () => {
    const reply = opensslReplies.sha256;
    const info = reply.indexOf(Buffer.from("060b2a864886f70d0109100104", "hex")) + 13;
    for (const at of [info + 20, reply.indexOf("20261128220910"), reply.length - 10, reply.length - 100]) {
      const changed = Buffer.from(reply);
      changed[at]! ^= 1;
      expect(() => readTimestampReply(changed, stampedText), `octet ${at}`).toThrow(/damaged|something else/);
    }
  });

  it("rejects a certificate with the signer's key and another name", () => {
    const changed = Buffer.from(opensslReplies.sha256);
    let renamed = 0;
    // Certificates follow the signed part, and begin with the algorithm of their own signature (ecdsa-with-SHA256).
    const start = changed.indexOf(Buffer.from("06082a8648ce3d040302", "hex"));
    for (let at = start; at >= 0; at = changed.indexOf("Example Timestamps", at + 1)) {
      if (at > start) renamed += changed.write("Trusted Timestamps", at);
    }
    expect(renamed).toBeGreaterThan(0);
    expect(() => readTimestampReply(changed, stampedText)).toThrow(/damaged/);
  });

  it("rejects truncated replies, rejections by the authority, and other files", () => {
    const reply = opensslReplies.sha256;
    for (const length of [1, 5, 100, reply.length - 1]) {
      expect(() => readTimestampReply(reply.subarray(0, length), stampedText)).toThrow(
        expect.objectContaining({ code: "invalid_file" }),
      );
    }
    expect(() =>
      readTimestampReply(Buffer.from("3005300302010200", "hex").subarray(0, 7), stampedText),
    ).toThrow(/status 2/);
    for (const other of ["", "PK\u0003\u0004", "<html>", "-----BEGIN"]) {
      expect(() => readTimestampReply(Buffer.from(other), stampedText)).toThrow(/not a timestamp reply/);
    }
    expect(() => readTimestampReply(timestampRequest(stampedText), stampedText)).toThrow(
      /not a timestamp reply/,
    );
  });

  it("always gives a readable error, whatever octet is changed", () => {
    const reply = opensslReplies.sha256;
    for (let at = 0; at < reply.length; at += 3) {
      const changed = Buffer.from(reply);
      changed[at]! ^= 0xff;
      try {
        readTimestampReply(changed, stampedText);
      } catch (error) {
        expect(error, `octet ${at}`).toMatchObject({ name: "SemblanceError", code: "invalid_file" });
      }
    }
  });
});
