import { closeSync, openSync, writeSync } from "node:fs"
import { orThrow } from "../../src/core/fault.ts"
import type { Context } from "../../src/io/context.ts"
import { languages } from "../../src/languages/index.ts"
import { parseTarget } from "../../src/registries/index.ts"
import { unwrapped } from "../../src/stages/inspect/read-scripts.ts"
import { languageOf } from "../../src/stages/inspect/scripts.ts"
import { open } from "../../src/stages/open/open.ts"
import { paxHeader, paxRecord, tarEnd, tarMember } from "../fixtures/tar.ts"

/** 100 MB of source in the languages that are read: of these releases every text that a language claims, by the releases' own names. */
export const sourceSet = [
  "npm:axios@1.21.1",
  "npm:lodash@4.18.1",
  "npm:typescript@7.0.2",
  "npm:eslint@10.15.0",
  "npm:webpack@5.113.0",
  "pypi:requests@2.34.2",
  "pypi:setuptools@84.2.1",
  "pypi:pip@26.3",
  "pypi:django@6.1.3",
  "cargo:serde@1.0.229",
  "cargo:syn@3.0.10",
  "cargo:tokio@1.54.1",
  "cargo:libc@0.2.191",
  "golang:golang.org/x/tools@v0.52.0",
  "deb-src:xz-utils@5.8.1",
  "deb-src:openssh@10.0p1",
  "deb-src:libtool@2.4.7",
  "deb-src:autoconf@2.71",
  "deb-src:automake-1.16@1.16.5",
  "deb-src:libwww-perl@6.68",
  "deb-src:ruby-nokogiri@1.13.10+dfsg",
  "deb-src:phpunit@9.6.7",
  "deb-src:composer@2.5.5",
] as const

export interface Composed {
  readonly files: number
  /** Of the releases whose names begin so; of all. */
  bytes(prefix?: string): number
}

/** Writes one archive of all of it, a folder a release. What it cannot have is a fault: half a set is another set. */
export async function composeSources(to: string, ctx: Context): Promise<Composed> {
  const file = openSync(to, "w")
  let files = 0
  const sizes = new Map<string, number>()
  try {
    for (const target of sourceSet) {
      process.stderr.write(`${target}\n`)
      const artifact = orThrow(await open(target, orThrow(await parseTarget(target)), ctx))
      const { entries, root } = await unwrapped(artifact, ctx.limits)
      for (const { path, type, encoding, size, content } of entries) {
        if (type !== "file" || encoding === undefined) continue
        const body = await content.read(0, size)
        const text = Buffer.from(body).toString("latin1", 0, 300)
        if (languageOf({ path, text, isWhole: true }, root, languages) === undefined) continue
        const name = `${target.replaceAll(/[:/]/g, "-")}/${path.slice(root.length)}`
        if (name.length > 100) writeSync(file, paxHeader("x", paxRecord("path", name)))
        writeSync(file, tarMember({ name: name.slice(0, 100), content: body }))
        files += 1
        sizes.set(target, (sizes.get(target) ?? 0) + size)
      }
      await artifact.close()
    }
    writeSync(file, tarEnd())
  } finally {
    closeSync(file)
  }
  const bytes = (prefix = ""): number => [...sizes].filter(([target]) => target.startsWith(prefix)).reduce((sum, [, size]) => sum + size, 0)
  return { files, bytes }
}
