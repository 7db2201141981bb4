import type { Container } from "../parser.ts"
import { sizesOf, walkAsar } from "./asar.ts"

/** asar: what Electron's applications are packed in. */
export const asar = {
  kind: "container",
  format: "asar",
  detect: (head) => sizesOf(head) !== undefined,
  walk: walkAsar,
} as const satisfies Container
