import { fileURLToPath } from "node:url"
import type { Context } from "./context.ts"

/** Sigstore's keys and authorities that come with the program; a private sigstore has its own. */
export const trustRootPath = ({ environment }: Context): string =>
  environment["EVERYBYTE_SIGSTORE_ROOT"] ?? fileURLToPath(new URL("../../data/sigstore-trusted-root.json", import.meta.url))
