import { isList, isRecord, isText } from "../../core/shape.ts"
import { tomlOf } from "../../core/toml.ts"

/** PEP 518; what it builds without the table is PEP 517's default. */
const isPyproject = isRecord({}, { "build-system": isRecord({ requires: isList(isText) }) })
const [requirementsMax, requirementMax] = [100, 1000]

/** What a pyproject.toml says the project is built with; undefined: nothing that can be read, or a file for other tools only. */
export function buildSystemOf(pyproject: string | undefined): { readonly requires: readonly string[] } | undefined {
  const read: unknown = pyproject === undefined ? undefined : tomlOf(pyproject)
  if (!isPyproject(read)) return undefined
  const requires = read["build-system"]?.requires ?? ["setuptools"]
  return requires.length > requirementsMax || requires.some(({ length }) => length > requirementMax) ? undefined : { requires }
}

/** The project that a requirement names (PEP 508), in its normal form (PEP 503). */
export const requirementName = (requirement: string): string =>
  (/^\s*([A-Za-z0-9][A-Za-z0-9._-]*)/.exec(requirement)?.[1] ?? "")
    .toLowerCase()
    .replaceAll(/[-_.]+/g, "-")
    .replace(/-$/, "")
