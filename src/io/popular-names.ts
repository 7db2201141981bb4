import { readFile } from "node:fs/promises"
import { fileURLToPath } from "node:url"
import { z } from "zod"

const Names = z.record(z.string(), z.array(z.string()).readonly())

let read: Promise<z.infer<typeof Names>> | undefined

/** The names of a registry that most use, by the type of its package URLs, the most used first; undefined: no list of it comes with the program. `npm run popular` made them. */
export async function popularNames(type: string): Promise<readonly string[] | undefined> {
  read ??= readFile(fileURLToPath(new URL("../../data/popular-names.json", import.meta.url)), "utf8").then((text) =>
    Names.parse(JSON.parse(text)),
  )
  return new Map(Object.entries(await read)).get(type)
}
