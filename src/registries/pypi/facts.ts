import type { Context } from "../../io/context.ts"
import type { Published, RegistryFacts } from "../../model/registry-facts.ts"
import { unnamed, upTo } from "../published.ts"
import { pipConfiguration } from "./configuration.ts"
import { distributionOf, isSameVersion } from "./file-name.ts"
import { pageOf } from "./page.ts"
import type { File } from "./schema.ts"

/** What a project's page says of a version and of those before it: upload times (PEP 700) and attestations (PEP 740), where the index gives them. */
export async function pypiFacts(project: string, version: string | undefined, outer: Context): Promise<RegistryFacts> {
  if (version === undefined) return unnamed
  const { index, access } = await pipConfiguration(outer)
  const { files } = await pageOf(index, project, { ...outer, access })
  const byVersion = Map.groupBy(files, ({ filename }) => distributionOf(filename, project)?.version)
  const saysAttested = files.some(({ provenance }) => typeof provenance === "string")
  const all = [...byVersion].flatMap(([own, some]) => (own === undefined ? [] : publishedOf(own, some, saysAttested)))
  const known = upTo(all.find((one) => isSameVersion(one.version, version))?.version, all)
  return known.length === 0 ? {} : { versions: known }
}

/** A version is there since its first file. */
function publishedOf(version: string, files: readonly File[], saysAttested: boolean): readonly Published[] {
  const [published] = files.flatMap((file) => file["upload-time"] ?? []).sort()
  if (published === undefined) return []
  const attested = files.some(({ provenance }) => typeof provenance === "string")
  return [{ version, published, ...(saysAttested ? { attested } : {}) }]
}
