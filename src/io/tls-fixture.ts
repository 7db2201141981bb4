import { generateKeyPairSync, sign } from "node:crypto"

/** A key and a certificate that it signed itself, for tests of TLS on this machine. */
export interface TlsFixture {
  readonly key: string
  readonly cert: string
}

/*
 * X.509 (RFC 5280, 4.1), as little of it as a server needs: names of one CN, valid from 2020 to 2049, one alternative name, ECDSA over P-256.
 */
export function tlsFixture(host: string): TlsFixture {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" })
  const ecdsaWithSha256 = der(0x30, der(0x06, Buffer.from("2a8648ce3d040302", "hex")))
  const name = der(0x30, der(0x31, der(0x30, der(0x06, Buffer.from("550403", "hex")), der(0x0c, Buffer.from(host)))))
  const validity = der(0x30, der(0x17, Buffer.from("200101000000Z")), der(0x17, Buffer.from("491231000000Z")))
  const alternative = der(0x30, der(0x06, Buffer.from("551d11", "hex")), der(0x04, der(0x30, der(0x82, Buffer.from(host)))))
  const body = der(
    0x30,
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([1])),
    ecdsaWithSha256,
    name,
    validity,
    name,
    publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, der(0x30, alternative)),
  )
  const signature = sign("sha256", body, privateKey)
  const certificate = der(0x30, body, ecdsaWithSha256, der(0x03, Buffer.from([0]), signature))
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${certificate.toString("base64").replace(/.{64}/g, "$&\n")}\n-----END CERTIFICATE-----\n`,
  }
}

/** One value of ASN.1's distinguished encoding (X.690, 8.1): tag, length, content. */
function der(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content)
  const length = body.byteLength < 128 ? [body.byteLength] : [0x82, Math.floor(body.byteLength / 256), body.byteLength % 256]
  return Buffer.concat([Buffer.from([tag, ...length]), body])
}
