import type { Codec } from "../parser.ts"
import { decodeGzip } from "./gzip.ts"

/** gzip (RFC 1952), members one after another included. */
export const gzip = {
  kind: "codec",
  format: "gzip",
  suffixes: new Map([
    [".gz", ""],
    [".tgz", ".tar"],
  ]),
  detect: (head) => head[0] === 0x1f && head[1] === 0x8b && head[2] === 8,
  decode: decodeGzip,
} as const satisfies Codec
