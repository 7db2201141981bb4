import { z } from "zod"
import { tomlOf } from "../toml.ts"

/** PEP 518; what it builds without the table is PEP 517's default. */
const Pyproject = z.object({
  "build-system": z.object({ requires: z.array(z.string().max(1000)).max(100) }).optional(),
})

/** What a pyproject.toml says the project is built with; undefined: nothing that can be read, or a file for other tools only. */
export function buildSystemOf(pyproject: string | undefined): { readonly requires: readonly string[] } | undefined {
  const read = pyproject === undefined ? undefined : Pyproject.safeParse(tomlOf(pyproject)).data
  if (read === undefined) return undefined
  return { requires: read["build-system"]?.requires ?? ["setuptools"] }
}

/** The project that a requirement names (PEP 508), in its normal form (PEP 503). */
export const requirementName = (requirement: string): string =>
  (/^\s*([A-Za-z0-9][A-Za-z0-9._-]*)/.exec(requirement)?.[1] ?? "")
    .toLowerCase()
    .replaceAll(/[-_.]+/g, "-")
    .replace(/-$/, "")
