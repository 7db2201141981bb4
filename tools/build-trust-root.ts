/**
 * `npm run trust-root`: writes data/sigstore-trusted-root.json, sigstore's keys and authorities as sigstore's own npm package carries them, fetched from npm's
 * configured registry by its digest. The version is written here, so that a new root is a change that somebody reads.
 */
import { createHash } from "node:crypto"
import { writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { z } from "zod"
import { FaultError, orThrow } from "../src/core/fault.ts"
import type { Context } from "../src/io/context.ts"
import { createContext } from "../src/io/create-context.ts"
import { locate, parseTarget } from "../src/registries/index.ts"
import { contentsOf } from "../src/registries/members.ts"

const carrier = "npm:@sigstore/tuf@4.0.2"
const carrierSha256 = "f75c5940721845a20f578052581e0328401f92e9502cb74a7296665da4faa84d"
const seeds = "package/seeds.json"

const Seeds = z.record(z.string(), z.object({ targets: z.object({ "trusted_root.json": z.string() }) }))

/** The bytes of the file, as the package has them. */
export async function trustRoot(ctx: Context): Promise<Uint8Array> {
  const target = orThrow(await parseTarget(carrier))
  const { bytes, sha256 } = orThrow(await locate(target, ctx))
  if (sha256 !== carrierSha256)
    throw new FaultError({ kind: "mismatch", source: carrier, expected: `sha256 ${carrierSha256}`, found: `sha256 ${sha256}` })
  const found = await contentsOf("tar.gz", { layer: carrier, bytes, limits: ctx.limits }, (path) => path === seeds)
  const [seed] = Object.values(Seeds.parse(JSON.parse(Buffer.from(found.get(seeds) ?? "").toString("utf8"))))
  return Buffer.from(seed?.targets["trusted_root.json"] ?? "", "base64")
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const bytes = await trustRoot(createContext({}))
  writeFileSync(fileURLToPath(new URL("../data/sigstore-trusted-root.json", import.meta.url)), bytes)
  process.stderr.write(`data/sigstore-trusted-root.json: sha256 ${createHash("sha256").update(bytes).digest("hex")}\n`)
}
