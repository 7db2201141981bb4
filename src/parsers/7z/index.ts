import { latin1 } from "../../core/bytes.ts"
import type { Indexed } from "../parser.ts"
import { signature } from "./signature.ts"
import { walkSevenZip } from "./walk.ts"

/** 7z archives (DOC/7zFormat.txt of the 7-Zip source): all is listed; what is stored, or packed by LZMA or LZMA2, is decoded. */
export const sevenZip = {
  kind: "indexed",
  format: "7z",
  detect: (head) => latin1(head).startsWith(signature),
  detectTail: () => false,
  walk: walkSevenZip,
} as const satisfies Indexed
