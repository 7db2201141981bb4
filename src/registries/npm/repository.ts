import { repositoryAddress } from "../forge.ts"
import type { Manifest } from "./schema.ts"

/** The repository that a package.json declares (npm's documentation, "package.json": repository), and the package's folder in it. */
export function declaredRepository({ repository }: Manifest): { readonly address?: string; readonly directory?: string } {
  const { url, directory } = typeof repository === "string" ? { url: repository } : (repository ?? {})
  const address = repositoryAddress(url)
  return { ...(address === undefined ? {} : { address }), ...(directory === undefined ? {} : { directory }) }
}
