import { PackageURL } from "packageurl-js"

/** A package URL, in its canonical spelling. */
export function packagePurl(
  type: string,
  namespace: string | undefined,
  name: string,
  version: string | undefined,
  qualifiers?: Readonly<Record<string, string>>,
): string {
  return new PackageURL(type, namespace, name, version, qualifiers === undefined ? undefined : { ...qualifiers }, undefined).toString()
}
