import { Command, InvalidArgumentError } from "@commander-js/extra-typings"
import { createContext, escapeForeign, limitsDefault, listCache, pruneCache } from "../index.ts"

/** `everybyte cache list|prune`. */
export function cacheCommand() {
  const command = new Command("cache").description("the folder of downloads, indexes and clones")
  command
    .command("list")
    .description("what is in it, its size and when it was last used")
    .option("--cache <dir>", "another folder")
    .action(async (options) => {
      const ctx = createContext({ cache: options.cache })
      const items = await listCache(ctx)
      for (const item of items)
        process.stdout.write(
          `${String(item.bytes).padStart(14)}  ${new Date(item.usedAt).toISOString().slice(0, 19)}  ${escapeForeign(item.path)}\n`,
        )
      const total = items.reduce((sum, item) => sum + item.bytes, 0)
      process.stdout.write(`${String(total).padStart(14)}  in ${items.length} items in ${ctx.cache}\n`)
    })
  command
    .command("prune")
    .description("remove the least recently used until the rest fits")
    .option("--cache <dir>", "another folder")
    .option("--max-size <bytes>", "what may stay, such as 500M", (text) => sizeOf(text), limitsDefault.cacheBytesMax)
    .action(async (options) => {
      const ctx = createContext({ cache: options.cache })
      const removed = await pruneCache(ctx, options.maxSize)
      process.stdout.write(`removed ${removed.removed.length} items, ${removed.bytesLeft} bytes are left\n`)
    })
  return command
}

function sizeOf(text: string): number {
  const match = /^(\d+)([kMG]?)$/.exec(text)
  if (match === null) throw new InvalidArgumentError("Give a number of bytes, such as 500M.")
  return Number(match[1]) * ({ "": 1, k: 2 ** 10, M: 2 ** 20, G: 2 ** 30 }[match[2] ?? ""] ?? 1)
}
