import { packagePurl } from "../purl.ts"

/** The scope is the namespace (purl's definition of the type npm). */
export function npmPurl(name: string, version: string | undefined): string {
  const slash = name.indexOf("/")
  return packagePurl("npm", slash < 0 ? undefined : name.slice(0, slash), name.slice(slash + 1), version)
}
