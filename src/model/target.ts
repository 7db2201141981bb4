/** What the user asked to account for. */
export type Target =
  | { readonly kind: "path"; readonly path: string }
  | { readonly kind: "address"; readonly url: string }
  /** `type` is the table's key: deb-src, npm. `name` keeps its scope. */
  | {
      readonly kind: "package"
      readonly type: string
      readonly name: string
      readonly version: string | undefined
      readonly purl: string
      /** Those of the package URL that the registry honours; undefined where it had none. */
      readonly qualifiers?: Qualifiers
    }

export type Qualifiers = Readonly<Record<string, string>>
