import { type Fault, failed, faultsOf, orThrow, type Result } from "../core/fault.ts"
import { baseName } from "../core/path.ts"
import type { Context } from "../io/context.ts"
import { download, fetchMetadata, placeOfAddress, shownAddress } from "../io/http.ts"
import { fileSource } from "../io/open-file.ts"
import type { Signature } from "../model/artifact.ts"
import { signatureEndings } from "./local.ts"
import type { Located } from "./registry.ts"
import { ownSignature } from "./rpm-signature.ts"
import { checkDetached, trustedKeys } from "./signature.ts"

/** A release at an https address. Plain http is for this machine only: anyone on the way could exchange the bytes. */
export function locateAddress(url: string, ctx: Context): Promise<Result<Located>> {
  const refused = refusal(url)
  if (refused !== undefined) return Promise.resolve(failed(refused))
  return faultsOf(async () => {
    const shown = shownAddress(url)
    const name = baseName(new URL(url).pathname) || "index"
    const { path, sha256, cached } = orThrow(await download(url, { what: placeOfAddress(url) }, ctx))
    const bytes = await fileSource(path)
    const chain = [`fetched from ${shown}; nothing but the connection vouches for its bytes`]
    if (cached) chain.push("taken from the cache: the address was not asked again (--offline)")
    const beside = await besideAddress(url, bytes, ctx)
    const own = await ownSignature(nameOf(name), bytes, ctx)
    const signature = beside.signature ?? own.signature
    const provenance = {
      chain: [...chain, ...own.chain],
      notLookedAt: [...beside.notLookedAt, ...own.notLookedAt],
      ...(signature === undefined ? {} : { signature }),
    }
    return { name: nameOf(name), version: undefined, purl: undefined, sha256, bytes, provenance }
  })
}

async function besideAddress(
  url: string,
  bytes: Located["bytes"],
  ctx: Context,
): Promise<{ signature?: Signature; notLookedAt: string[] }> {
  if (ctx.keyrings.length === 0)
    return { notLookedAt: ["a detached signature beside the address was not looked for: no key was given (--keyring FILE)"] }
  for (const ending of signatureEndings) {
    const at = new URL(url)
    at.pathname += ending
    const what = placeOfAddress(at.href)
    const answer = await fetchMetadata(at.href, { what, maxAgeSeconds: 0 }, ctx)
    if (!answer.ok) return { notLookedAt: [`the signature at ${what}: no answer`] }
    if (answer.value.bytes === undefined) continue
    return { signature: orThrow(await checkDetached(what, bytes, answer.value.bytes, await trustedKeys(ctx))), notLookedAt: [] }
  }
  return { notLookedAt: [] }
}

function refusal(url: string): Fault | undefined {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (parsed?.protocol === "https:") return undefined
  if (parsed?.protocol !== "http:")
    return { kind: "usage", why: `${shownAddress(url)} is no https address`, remedy: "give an https address or a file" }
  if (/^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(parsed.hostname)) return undefined
  return {
    kind: "usage",
    why: "plain http is used only on this machine, as anyone on the way could exchange the bytes",
    remedy: "use https, or download the file and name it",
  }
}

function nameOf(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}
