import { assert } from "../../core/assert.ts"
import { explainFault, type Fault, FaultError, failed, faultsOf } from "../../core/fault.ts"
import { baseName } from "../../core/path.ts"
import type { Context } from "../../io/context.ts"
import { type Downloaded, download, offlineFault } from "../../io/http.ts"
import { debianArchitecture } from "../../io/machine.ts"
import { fileSource } from "../../io/open-file.ts"
import { run } from "../../io/run.ts"
import { forgeAddress } from "../forge.ts"
import { packagePurl } from "../purl.ts"
import type { Located, Registry } from "../registry.ts"
import { binaryIndex } from "./binary-index.ts"
import { type Asked, notKept } from "./not-found.ts"
import { factsOf } from "./package-index.ts"
import { type BinaryPackage, isBinaryPackage } from "./schema.ts"
import { type Answer, type Candidate, chainOf, search } from "./search.ts"

/** Debian binary packages: the `.deb`, vouched for by the signed index of the configured mirror. */
export const deb: Registry = {
  type: "deb",
  qualifiers: ["arch"],
  purl: (name, version, qualifiers) => packagePurl("deb", "debian", name, version, qualifiers),
  locate: ({ name, version, qualifiers }, outer) => {
    const given = qualifiers?.["arch"]
    if (!/^[a-z0-9][a-z0-9+.-]+$/.test(name) || !/^[a-z0-9][a-z0-9-]*$/.test(given ?? "all"))
      return Promise.resolve(
        failed({
          kind: "usage",
          why: `${JSON.stringify(`${name} ${given ?? ""}`.trim())} is no Debian package name, or no architecture`,
          remedy: "write deb:NAME, deb:NAME@VERSION or pkg:deb/debian/NAME@VERSION?arch=ARCHITECTURE",
        }),
      )
    const asked: Asked = { type: "deb", name, version, what: `deb:${name}${version === undefined ? "" : `@${version}`}` }
    return faultsOf(async () => located(asked, await packagesOf(asked, given, outer)))
  },
}

/** Of one architecture, or of `all`, which each architecture's index lists too (Debian Repository Format, "Packages Indices"). */
async function packagesOf(asked: Asked, given: string | undefined, outer: Context): Promise<Answer<BinaryPackage>> {
  const own = given === undefined || given === "all" ? await dpkgArchitecture(outer) : given
  const kind = binaryIndex(own)
  return search(
    asked,
    async (source, of, ctx) => {
      const listed = await factsOf(asked.name, isBinaryPackage, source, { ...of, kind }, ctx)
      return listed && { ...listed, facts: listed.facts.filter(({ architecture }) => given === undefined || architecture === given) }
    },
    outer,
  )
}

/** dpkg's own answer; without dpkg, what Debian calls this machine's. */
async function dpkgArchitecture({ environment }: Context): Promise<string> {
  const call = { program: "dpkg", args: ["--print-architecture"], environment, folder: "/", outputBytesMax: 4096, secondsMax: 30 }
  const asked = await run(call)
  const said = asked.ok && asked.value.code === 0 ? Buffer.from(asked.value.stdout).toString("latin1").trim() : ""
  return /^[a-z0-9][a-z0-9-]*$/.test(said) ? said : debianArchitecture()
}

async function located(asked: Asked, { candidates, seen, ctx }: Answer<BinaryPackage>): Promise<Located> {
  const [best] = candidates
  assert(best !== undefined, "nothing to locate")
  const { found, verified } = best
  const file = baseName(found.path)
  const fetched = await faultsOf(() => fetchFirst(found, candidates, ctx))
  if (!fetched.ok) throw new FaultError(missing(asked, { version: found.version, file }, fetched.fault, ctx))
  const repository = forgeAddress(found.homepage)
  return {
    name: file,
    version: found.version,
    purl: packagePurl("deb", verified.release.origin.toLowerCase() || "debian", found.name, found.version, { arch: found.architecture }),
    sha256: fetched.value.sha256,
    bytes: await fileSource(fetched.value.path),
    provenance: {
      chain: [...chainOf(best, file), `built from the source package ${found.source} ${found.sourceVersion}, as Packages says`],
      notLookedAt: [
        "a binary package has no signature of its own: the signed index vouches for it",
        ...seen.notLookedAt,
        ...seen.skipped.map((fault) => `not searched: ${explainFault(fault)}`),
      ],
      ...(repository === undefined ? {} : { repository }),
    },
  }
}

function missing(asked: Asked, listed: { readonly version: string; readonly file: string }, fault: Fault, { offline }: Context): Fault {
  if (fault.kind !== "unavailable") return fault
  return offline ? offlineFault(`${asked.what} (${listed.file})`) : notKept(asked, { ...listed, why: fault.why }, [])
}

/** From the first mirror that lists this very file and gives it; one that gives other bytes than were signed ends it. */
async function fetchFirst(
  { path, sha256, size }: BinaryPackage,
  candidates: readonly Candidate<BinaryPackage>[],
  ctx: Context,
): Promise<Downloaded> {
  let fault: Fault | undefined
  for (const { source, found } of candidates.filter((one) => one.found.sha256 === sha256)) {
    const address = `${source.uri}${found.path.split("/").map(encodeURIComponent).join("/")}`
    const answer = await download(address, { what: baseName(path), expect: { algorithm: "sha256", hex: sha256, size } }, ctx)
    if (answer.ok) return answer.value
    fault ??= answer.fault
    if (answer.fault.kind !== "unavailable") throw new FaultError(answer.fault)
  }
  assert(fault !== undefined, "no place to fetch from")
  throw new FaultError(fault)
}
