/** Timestamp replies in the form of OpenSSL's `ts`, and one for any text. */
import { createHash } from "node:crypto";

/** What `opensslReplies` are of. */
export const stampedText = "Registration of a study\n";

/** Made on 28 November 2026 with a self-signed certificate "Test Authority" of "Example Timestamps" on P-256. */
export const opensslReplies = {
  /** With the certificate, at 22:09:10 UTC. */
  sha256: Buffer.from(
    "MIIFzzADAgEAMIIFxgYJKoZIhvcNAQcCoIIFtzCCBbMCAQMxDzANBglghkgBZQMEAgEFADCBpwYLKoZIhvcNAQkQAQSggZcEgZQw" +
      "gZECAQEGBCoDBAEwMTANBglghkgBZQMEAgEFAAQgi17RSPzZieHjt8bkSblfAz8C4xca5Y2vsD+PxZMs+8QCAQIYDzIwMjYxMTI4" +
      "MjIwOTEwWjADAgEBoDqkODA2MRswGQYDVQQKDBJFeGFtcGxlIFRpbWVzdGFtcHMxFzAVBgNVBAMMDlRlc3QgQXV0aG9yaXR5oIID" +
      "mDCCAcgwggFtoAMCAQICFBVUB4R98y2CS4E02Os0D1t5b3vnMAoGCCqGSM49BAMCMDYxGzAZBgNVBAoMEkV4YW1wbGUgVGltZXN0" +
      "YW1wczEXMBUGA1UEAwwOVGVzdCBBdXRob3JpdHkwIBcNMjYxMTI4MjIwOTA4WhgPMjEyNjExMDQyMjA5MDhaMDYxGzAZBgNVBAoM" +
      "EkV4YW1wbGUgVGltZXN0YW1wczEXMBUGA1UEAwwOVGVzdCBBdXRob3JpdHkwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAATYJw3X" +
      "HnSEU0eEXJ7HVFpwfl8vkQqc2Q5UhmXz7BihT3Um8HT9PF3IAp+ZIPbxQmv+p5V18Efsfl08qJzkfZL1o1cwVTAMBgNVHRMBAf8E" +
      "AjAAMA4GA1UdDwEB/wQEAwIHgDAWBgNVHSUBAf8EDDAKBggrBgEFBQcDCDAdBgNVHQ4EFgQUb64DhusXfhAFyagE2ZVLha7A0TQw" +
      "CgYIKoZIzj0EAwIDSQAwRgIhAKwZ19XEXzrWy+Cwgj+ela5LrYBeaJf9kTkB23nuVC5JAiEAzfoUxWBLQPZ4u6dOUEt4V3NEHH2b" +
      "ENtljDmTqZkSA5AwggHIMIIBbaADAgECAhQVVAeEffMtgkuBNNjrNA9beW975zAKBggqhkjOPQQDAjA2MRswGQYDVQQKDBJFeGFt" +
      "cGxlIFRpbWVzdGFtcHMxFzAVBgNVBAMMDlRlc3QgQXV0aG9yaXR5MCAXDTI2MTEyODIyMDkwOFoYDzIxMjYxMTA0MjIwOTA4WjA2" +
      "MRswGQYDVQQKDBJFeGFtcGxlIFRpbWVzdGFtcHMxFzAVBgNVBAMMDlRlc3QgQXV0aG9yaXR5MFkwEwYHKoZIzj0CAQYIKoZIzj0D" +
      "AQcDQgAE2CcN1x50hFNHhFyex1RacH5fL5EKnNkOVIZl8+wYoU91JvB0/TxdyAKfmSD28UJr/qeVdfBH7H5dPKic5H2S9aNXMFUw" +
      "DAYDVR0TAQH/BAIwADAOBgNVHQ8BAf8EBAMCB4AwFgYDVR0lAQH/BAwwCgYIKwYBBQUHAwgwHQYDVR0OBBYEFG+uA4brF34QBcmo" +
      "BNmVS4WuwNE0MAoGCCqGSM49BAMCA0kAMEYCIQCsGdfVxF861svgsII/npWuS62AXmiX/ZE5Adt57lQuSQIhAM36FMVgS0D2eLun" +
      "TlBLeFdzRBx9mxDbZYw5k6mZEgOQMYIBVTCCAVECAQEwTjA2MRswGQYDVQQKDBJFeGFtcGxlIFRpbWVzdGFtcHMxFzAVBgNVBAMM" +
      "DlRlc3QgQXV0aG9yaXR5AhQVVAeEffMtgkuBNNjrNA9beW975zANBglghkgBZQMEAgEFAKCBmDAaBgkqhkiG9w0BCQMxDQYLKoZI" +
      "hvcNAQkQAQQwHAYJKoZIhvcNAQkFMQ8XDTI2MTEyODIyMDkxMFowKwYLKoZIhvcNAQkQAgwxHDAaMBgwFgQUw89TynafmaSvg6NP" +
      "HzsQnjoIpIcwLwYJKoZIhvcNAQkEMSIEIF5LZrypAIYw1nUkbuIyJUD0G++d/GLtJOsD41apoqJkMAoGCCqGSM49BAMCBEYwRAIg" +
      "JMrEaTgO5YBhBvIXv1506wk64E1gR5lahZZ8a0u+2EYCIAXziGH3twnhRnQTW4Ksb5vF3r9N+rqkTPxC71Dhi2XE",
    "base64",
  ),
  withoutCertificate: Buffer.from(
    "MIICNTADAgEAMIICLAYJKoZIhvcNAQcCoIICHTCCAhkCAQMxDzANBglghkgBZQMEAgEFADCBpwYLKoZIhvcNAQkQAQSggZcEgZQw" +
      "gZECAQEGBCoDBAEwMTANBglghkgBZQMEAgEFAAQgi17RSPzZieHjt8bkSblfAz8C4xca5Y2vsD+PxZMs+8QCAQUYDzIwMjYxMTI4" +
      "MjIwOTQyWjADAgEBoDqkODA2MRswGQYDVQQKDBJFeGFtcGxlIFRpbWVzdGFtcHMxFzAVBgNVBAMMDlRlc3QgQXV0aG9yaXR5MYIB" +
      "VzCCAVMCAQEwTjA2MRswGQYDVQQKDBJFeGFtcGxlIFRpbWVzdGFtcHMxFzAVBgNVBAMMDlRlc3QgQXV0aG9yaXR5AhQVVAeEffMt" +
      "gkuBNNjrNA9beW975zANBglghkgBZQMEAgEFAKCBmDAaBgkqhkiG9w0BCQMxDQYLKoZIhvcNAQkQAQQwHAYJKoZIhvcNAQkFMQ8X" +
      "DTI2MTEyODIyMDk0MlowKwYLKoZIhvcNAQkQAgwxHDAaMBgwFgQUw89TynafmaSvg6NPHzsQnjoIpIcwLwYJKoZIhvcNAQkEMSIE" +
      "ICViXcXn/2WoBnfOzmNAuPuMxYlsHQWrV0qO2IYBU1eqMAoGCCqGSM49BAMCBEgwRgIhAL+987Cwb0ogTP1OXJN+8fDeb1vwf6bg" +
      "e8JiJhX5GT7NAiEA4FlWypmdxhclDC2jAJqQQuUMBm9Sk2ZaE66FJT2rZ/Q=",
    "base64",
  ),
  sha1: Buffer.from(
    "MIIFyjADAgEAMIIFwQYJKoZIhvcNAQcCoIIFsjCCBa4CAQMxDzANBglghkgBZQMEAgEFADCBoQYLKoZIhvcNAQkQAQSggZEEgY4w" +
      "gYsCAQEGBCoDBAEwITAJBgUrDgMCGgUABBTyfHutLPbvz1/E53yDMQe6WoS5QQIBAxgPMjAyNjExMjgyMjA5MTBaMAMCAQECCGws" +
      "OSMhFlXgoDqkODA2MRswGQYDVQQKDBJFeGFtcGxlIFRpbWVzdGFtcHMxFzAVBgNVBAMMDlRlc3QgQXV0aG9yaXR5oIIDmDCCAcgw" +
      "ggFtoAMCAQICFBVUB4R98y2CS4E02Os0D1t5b3vnMAoGCCqGSM49BAMCMDYxGzAZBgNVBAoMEkV4YW1wbGUgVGltZXN0YW1wczEX" +
      "MBUGA1UEAwwOVGVzdCBBdXRob3JpdHkwIBcNMjYxMTI4MjIwOTA4WhgPMjEyNjExMDQyMjA5MDhaMDYxGzAZBgNVBAoMEkV4YW1w" +
      "bGUgVGltZXN0YW1wczEXMBUGA1UEAwwOVGVzdCBBdXRob3JpdHkwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAATYJw3XHnSEU0eE" +
      "XJ7HVFpwfl8vkQqc2Q5UhmXz7BihT3Um8HT9PF3IAp+ZIPbxQmv+p5V18Efsfl08qJzkfZL1o1cwVTAMBgNVHRMBAf8EAjAAMA4G" +
      "A1UdDwEB/wQEAwIHgDAWBgNVHSUBAf8EDDAKBggrBgEFBQcDCDAdBgNVHQ4EFgQUb64DhusXfhAFyagE2ZVLha7A0TQwCgYIKoZI" +
      "zj0EAwIDSQAwRgIhAKwZ19XEXzrWy+Cwgj+ela5LrYBeaJf9kTkB23nuVC5JAiEAzfoUxWBLQPZ4u6dOUEt4V3NEHH2bENtljDmT" +
      "qZkSA5AwggHIMIIBbaADAgECAhQVVAeEffMtgkuBNNjrNA9beW975zAKBggqhkjOPQQDAjA2MRswGQYDVQQKDBJFeGFtcGxlIFRp" +
      "bWVzdGFtcHMxFzAVBgNVBAMMDlRlc3QgQXV0aG9yaXR5MCAXDTI2MTEyODIyMDkwOFoYDzIxMjYxMTA0MjIwOTA4WjA2MRswGQYD" +
      "VQQKDBJFeGFtcGxlIFRpbWVzdGFtcHMxFzAVBgNVBAMMDlRlc3QgQXV0aG9yaXR5MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE" +
      "2CcN1x50hFNHhFyex1RacH5fL5EKnNkOVIZl8+wYoU91JvB0/TxdyAKfmSD28UJr/qeVdfBH7H5dPKic5H2S9aNXMFUwDAYDVR0T" +
      "AQH/BAIwADAOBgNVHQ8BAf8EBAMCB4AwFgYDVR0lAQH/BAwwCgYIKwYBBQUHAwgwHQYDVR0OBBYEFG+uA4brF34QBcmoBNmVS4Wu" +
      "wNE0MAoGCCqGSM49BAMCA0kAMEYCIQCsGdfVxF861svgsII/npWuS62AXmiX/ZE5Adt57lQuSQIhAM36FMVgS0D2eLunTlBLeFdz" +
      "RBx9mxDbZYw5k6mZEgOQMYIBVjCCAVICAQEwTjA2MRswGQYDVQQKDBJFeGFtcGxlIFRpbWVzdGFtcHMxFzAVBgNVBAMMDlRlc3Qg" +
      "QXV0aG9yaXR5AhQVVAeEffMtgkuBNNjrNA9beW975zANBglghkgBZQMEAgEFAKCBmDAaBgkqhkiG9w0BCQMxDQYLKoZIhvcNAQkQ" +
      "AQQwHAYJKoZIhvcNAQkFMQ8XDTI2MTEyODIyMDkxMFowKwYLKoZIhvcNAQkQAgwxHDAaMBgwFgQUw89TynafmaSvg6NPHzsQnjoI" +
      "pIcwLwYJKoZIhvcNAQkEMSIEIOAwfW143VFHXW4l3eho2TBqHp23ICezx24P4DIaH7vNMAoGCCqGSM49BAMCBEcwRQIgLZVJenZT" +
      "CkfuxsBfHi4Sk5wiJESez/Q6Vb2X6TnsdXwCIQCp3XarQ1MkgUHlk7upT9G82MmUsZ/4NM+MhnCPflE8NA==",
    "base64",
  ),
};

/** A reply without certificate of another text and time: the same bytes but for imprint, time and digest. */
export function timestampReplyFor(text: string, at: Date): Buffer {
  const reply = Buffer.from(opensslReplies.withoutCertificate);
  const sha256 = (bytes: string | Buffer) => createHash("sha256").update(bytes).digest();
  const imprint = reply.indexOf(sha256(stampedText));
  // SEQUENCE of two length octets, version 1, policy: the signed part begins where its own digest says.
  const stated = reply.lastIndexOf(Buffer.from("0420", "hex")) + 2;
  const start = reply.indexOf(
    Buffer.from("3081", "hex"),
    reply.indexOf(Buffer.from("060b2a864886f70d0109100104", "hex")),
  );
  const info = reply.subarray(start, start + 3 + reply[start + 2]!);
  sha256(text).copy(reply, imprint);
  const time = reply.indexOf(Buffer.from("180f", "hex"), imprint) + 2;
  reply.write(`${at.toISOString().replace(/[-:T]|\.\d+/g, "")}`, time, "latin1");
  sha256(info).copy(reply, stated);
  return reply;
}
