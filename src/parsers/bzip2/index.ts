import { latin1 } from "../../core/bytes.ts"
import type { Codec } from "../parser.ts"
import { decodeBzip2 } from "./bzip2.ts"

/** bzip2, streams one after another included. */
export const bzip2 = {
  kind: "codec",
  format: "bzip2",
  suffixes: new Map([
    [".bz2", ""],
    [".tbz2", ".tar"],
    [".tbz", ".tar"],
  ]),
  // A header alone could begin a text: what follows is a block or the end of the stream.
  detect: (head) => /^BZh[1-9](?:1AY&SY|\x17rE8P\x90)/.test(latin1(head.subarray(0, 10))),
  decode: decodeBzip2,
} as const satisfies Codec
