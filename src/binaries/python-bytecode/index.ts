import type { Recogniser } from "../object-format.ts"

/** A code object of marshal, with and without the flag of one that is referred to (CPython, Python/marshal.c). */
const code: ReadonlySet<number> = new Set([0x63, 0xe3])

/** CPython's Lib/importlib/_bootstrap_external.py: number[2] "\r\n", then flags, time and size, or a hash (PEP 552), then a code object. */
export const pythonBytecode: Recogniser = {
  format: "python-bytecode",
  recognise(bytes) {
    if (bytes.byteLength < 20 || bytes[2] !== 0x0d || bytes[3] !== 0x0a) return undefined
    const number = (bytes[0] ?? 0) + 256 * (bytes[1] ?? 0)
    const at = codeAt(number)
    if (at === undefined || !code.has(bytes[at] ?? 0)) return undefined
    if (at === 16 && (bytes[4] ?? 4) > 3) return undefined
    return number < 20_000 ? `Python 3 bytecode, number ${number}` : `Python 2 bytecode, number ${number}`
  },
}

/** Behind the header, whose length hangs on the version: 3.7 and later, 3.3 to 3.6, older. */
function codeAt(number: number): number | undefined {
  if (number >= 3390 && number < 4000) return 16
  if (number >= 3190 && number < 3390) return 12
  return (number >= 3000 && number < 3190) || (number >= 50_428 && number <= 62_300) ? 8 : undefined
}
