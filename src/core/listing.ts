/** A file as a package lists it apart from the archive that has its content. */
export interface ListedFile {
  /** Decoded by `decodeName`, absolute or not. */
  readonly path: string
  readonly type: "file" | "link" | "directory" | "special"
  /** Permission bits with setuid, setgid and sticky: 0 to 0o7777. */
  readonly mode: number
  readonly size: number
  /** Lower-case hex, by the algorithm of the listing. */
  readonly digest?: string
  readonly target?: string
  /** The archive does not have it: it comes to be once the package is installed. */
  readonly isGhost: boolean
}

/** What an archive is to hold by the word of the package around it. */
export interface Listing {
  readonly algorithm: string
  readonly files: readonly ListedFile[]
}
