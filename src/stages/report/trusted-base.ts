import { unversioned } from "../../core/name.ts"
import type { Artifact } from "../../model/artifact.ts"
import type { Replay } from "../../model/replay.ts"
import type { TrustedTool } from "../../model/tool.ts"

/**
 * The source packages that a tool's own bytes are built from, as far as they touch what is read: by name, npm's as `npm:NAME`, wheels as `pypi:NAME`.
 * Auditing one of them, the tool is no independent witness (contract, `trustedBase`). What a tool merely links is listed where it decodes,
 * hashes or fetches for us.
 */
const sourcesOf: ReadonlyMap<string, readonly string[]> = new Map([
  ["git", ["git", "git-core", "zlib"]],
  ["xz", ["xz", "xz-utils", "liblzma"]],
  ["bzip2", ["bzip2", "libbz2"]],
  ["lzip", ["lzip"]],
  ["zstd", ["zstd", "libzstd", "node", "nodejs", "npm:node"]],
  // XZ Embedded is the smaller decoder of xz's own authors; the package carries it as WASM.
  ["xz-decompress", ["npm:xz-decompress", "npm:xzwasm", "xz-decompress", "xz-embedded", "xz", "xz-utils"]],
  ["node", ["node", "nodejs", "npm:node", "v8", "libuv", "libuv1", "openssl", "zlib", "node-undici", "npm:undici"]],
  ["@sigstore/verify", ["npm:@sigstore/verify", "npm:@sigstore/core", "npm:@sigstore/bundle", "npm:@sigstore/protobuf-specs"]],
  ["yara-x", ["yara-x", "npm:@virustotal/yara-x"]],
  ["openpgp", ["npm:openpgp", "openpgpjs", "node-openpgp"]],
])

/** The tools in the order of their names, those marked that the audited project itself is part of. */
export function trustedBaseOf(
  tools: readonly TrustedTool[],
  artifact: Pick<Artifact, "purl" | "name" | "root">,
  replays: readonly Replay[] = [],
): readonly TrustedTool[] {
  const names = namesOf(artifact)
  // By what each replay says of itself: one from the cache was made by the same, though nothing of it ran now.
  const replayed = replays.flatMap(({ toolchain: { name, digest }, sources, sandbox }): readonly TrustedTool[] => {
    const own = sources.some((source) => names.has(source))
    return [
      { name: "sandbox", version: sandbox },
      { name: `toolchain ${name}`, version: digest.slice(0, 16), ...(own ? { sharesSource: true } : {}) },
    ]
  })
  const once = new Map(replayed.map((one) => [`${one.name} ${one.version}`, one]))
  return [...tools.map(marked), ...once.values()]

  function marked(tool: TrustedTool): TrustedTool {
    const sources = sourcesOf.get(tool.name.replace(/ \(.*$/, "")) ?? []
    return sources.some((source) => names.has(source)) ? { ...tool, sharesSource: true } : tool
  }
}

/** What the artifact may be called: by its package URL, else by its folder and its file name, which may be an npm package's or a wheel's as well. */
function namesOf({ purl, name, root }: Pick<Artifact, "purl" | "name" | "root">): ReadonlySet<string> {
  // A registry that anybody may publish to has its names for itself.
  const [, type = "", own = ""] = /^pkg:(cargo|gem|golang|maven|npm|pypi)\/([^@?#]+)/.exec(purl ?? "") ?? []
  if (type !== "") return new Set([`${type}:${decodeURIComponent(own)}`])
  const named = /([^/@]+)(?:@[^/]*)?$/.exec(purl?.replace(/[?#].*$/, "") ?? "")?.[1]
  const called = [named, unversioned(root.replace(/\/$/, "")), unversioned(name)].flatMap((one) =>
    one === undefined ? [] : [one.toLowerCase()],
  )
  return new Set([
    ...called,
    ...(purl === undefined ? called.flatMap((one) => [`npm:${one}`, `pypi:${one.replaceAll(/[-_.]+/g, "-")}`]) : []),
  ])
}
