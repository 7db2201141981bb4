import { nameDanger } from "../../core/name.ts"
import type { Context } from "../../io/context.ts"
import type { AptSource } from "./apt-sources.ts"
import { type Facts, factsOf, type IndexKind } from "./package-index.ts"
import { isSourcePackage, type Release, type SourcePackage } from "./schema.ts"
import { listedFiles } from "./stanza.ts"

/** Debian Repository Format, "Sources Indices". */
const sourceIndex: IndexKind = {
  path: "source/Sources",
  *facts(fields) {
    const [key, version, directory] = [fields.get("package"), fields.get("version"), fields.get("directory")]
    if (key === undefined || version === undefined || directory === undefined || nameDanger(directory) !== undefined) return
    const homepage = fields.get("homepage")
    const files = listedFiles(fields.get("checksums-sha256")).filter(({ name }) => /^[A-Za-z0-9][A-Za-z0-9.+~_%-]*$/.test(name))
    const needs = ["build-depends", "build-depends-arch", "build-depends-indep"].map((name) => fields.get(name) ?? "")
    const value: SourcePackage = {
      version,
      directory,
      files,
      buildDepends: needs.filter((need) => need !== "").join(", "),
      ...(homepage === undefined ? {} : { homepage }),
    }
    yield { key, value: JSON.stringify(value) }
  },
}

/** The packages of this name in one component of a verified suite; undefined when it has no source index. */
export const sourcePackages = (
  name: string,
  source: AptSource,
  of: { readonly release: Release; readonly component: string },
  ctx: Context,
): Promise<Facts<SourcePackage> | undefined> => factsOf(name, isSourcePackage, source, { ...of, kind: sourceIndex }, ctx)
