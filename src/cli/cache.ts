import { Command, InvalidArgumentError, Option } from "@commander-js/extra-typings"
import { createContext, escapeForeign, limitsDefault, listCache, pruneCache } from "../index.ts"
import { shownSize } from "./terminal.ts"

type Items = Awaited<ReturnType<typeof listCache>>

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
      process.stdout.write(`${tableOf(items)}${counted(items)} in ${escapeForeign(ctx.cache)}\n`)
    })
  command
    .command("prune")
    .description("remove the least recently used until the rest fits")
    .option("--cache <dir>", "another folder")
    .addOption(
      new Option("--max-size <bytes>", "what may stay, such as 500M")
        .default(limitsDefault.cacheBytesMax, shownSize(limitsDefault.cacheBytesMax))
        .argParser(sizeOf),
    )
    .option("-n, --dry-run", "only show what would be removed", false)
    .action(async (options) => {
      const ctx = createContext({ cache: options.cache })
      const { removed, left } = await pruneCache(ctx, options.maxSize, options.dryRun)
      const did = options.dryRun ? "would remove" : "removed"
      process.stdout.write(`${tableOf(removed)}${did} ${counted(removed)}; ${counted(left)} ${options.dryRun ? "would stay" : "stay"}\n`)
    })
  return command
}

/** One line a thing; the many small ones that have no name of their own share one. */
function tableOf(items: Items): string {
  const lines = new Map<string, Items>()
  for (const item of items) {
    const key = `${item.kind} ${item.name}`
    lines.set(key, [...(lines.get(key) ?? []), item])
  }
  const rows = [...lines.values()].map((same) => {
    const used = new Date(Math.max(...same.map(({ usedAt }) => usedAt))).toISOString()
    const name = `${escapeForeign(same[0]?.name ?? "")}${same.length > 1 ? `  (${same.length} items)` : ""}`
    return `${(same[0]?.kind ?? "").padEnd(10)}  ${shownSize(bytesOf(same)).padStart(10)}  ${used.slice(0, 10)} ${used.slice(11, 16)}  ${name}\n`
  })
  return rows.length === 0 ? "" : `kind              size  last used (UTC)   what\n${rows.join("")}`
}

const bytesOf = (items: Items): number => items.reduce((sum, item) => sum + item.bytes, 0)
const counted = (items: Items): string => `${items.length} ${items.length === 1 ? "item" : "items"} (${shownSize(bytesOf(items))})`

function sizeOf(text: string): number {
  const match = /^(\d+)([kMG]?)$/.exec(text)
  if (match === null) throw new InvalidArgumentError("Give a number of bytes, such as 500M.")
  return Number(match[1]) * ({ "": 1, k: 2 ** 10, M: 2 ** 20, G: 2 ** 30 }[match[2] ?? ""] ?? 1)
}
