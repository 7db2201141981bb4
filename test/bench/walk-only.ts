/** Walks one file with the parser of its format and nothing else: every claim made, every content read. `node tools/node.mjs test/bench/walk-only.ts FILE`. */
import { Tiling } from "../../src/core/claim.ts"
import { Cursor } from "../../src/core/cursor.ts"
import { limitsDefault } from "../../src/core/limits.ts"
import { createContext } from "../../src/io/create-context.ts"
import { byProgram, decompressor } from "../../src/io/decompress.ts"
import { fileSource } from "../../src/io/open-file.ts"
import { detectFormat } from "../../src/parsers/index.ts"
import type { EntryHeader } from "../../src/parsers/parser.ts"

const [file = ""] = process.argv.slice(2)
const source = await fileSource(file)
const parser = detectFormat(await source.read(0, 512))
if (parser === undefined) throw new Error(`${file} is of no format`)
const tiling = new Tiling(limitsDefault.unexplainedRunsMax)
let [entries, bytes] = [0, 0]
const sink = {
  claim: (claim: Parameters<Tiling["add"]>[0]) => tiling.add(claim),
  anomaly: () => undefined,
  entry: async ({ path, unread }: EntryHeader, body: AsyncIterable<Uint8Array>) => {
    if (unread !== undefined) throw new Error(`${path} is not read: ${unread}`) // a tool that reads it does more
    entries += 1
    for await (const chunk of body) bytes += chunk.byteLength
  },
}
const options = { layer: file, limits: limitsDefault }
const ctx = createContext()
const decoding = decompressor(ctx)
if (parser.kind === "container") await parser.walk(new Cursor(source.stream()), options, sink)
else if (parser.kind === "indexed") await parser.walk(source, { ...options, byProgram: byProgram(ctx) }, sink)
else
  for await (const chunk of parser.decode(source, { ...options, decompress: (compression, chunks) => decoding(compression, chunks) }, sink))
    bytes += chunk.byteLength
tiling.finish(source.size)
process.stdout.write(`${parser.format}: ${entries} entries, ${bytes} bytes\n`)
