import { latin1 } from "../../core/bytes.ts"
import type { Codec } from "../parser.ts"
import { decodeLzip } from "./lzip.ts"

/** lzip, version 1: members one after another, each with its checks. */
export const lzip = {
  kind: "codec",
  format: "lzip",
  suffixes: new Map([
    [".lz", ""],
    [".tlz", ".tar"],
  ]),
  detect: (head) => latin1(head).startsWith("LZIP\x01"),
  decode: decodeLzip,
} as const satisfies Codec
