import { readFile } from "node:fs/promises"
import { createRequire } from "node:module"

const { resolve } = createRequire(import.meta.url)

/** The bytes of a file of a package that we depend on, by the name that an import would give it: parsers of languages that are WebAssembly. */
export const readPackaged = (specifier: string): Promise<Uint8Array> => readFile(resolve(specifier))
