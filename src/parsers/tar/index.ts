import type { Container } from "../parser.ts"
import { checksumHolds } from "./header.ts"
import { walkTar } from "./tar.ts"

/** tar: v7, ustar, pax and GNU (POSIX.1-2024 pax; GNU tar manual, "Tar Internals"). An archive without members is not detected. */
export const tar = {
  kind: "container",
  format: "tar",
  detect: (head) => checksumHolds(head.subarray(0, 512)),
  walk: walkTar,
} as const satisfies Container
