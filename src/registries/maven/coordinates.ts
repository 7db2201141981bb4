/** What names a file in a repository (maven.apache.org/pom.html, "Maven Coordinates"). */
export interface Coordinates {
  readonly group: string
  readonly artifact: string
  readonly version: string
}

export interface FileKind {
  readonly extension: string
  readonly classifier: string | undefined
}

const word = /^[A-Za-z0-9_][A-Za-z0-9_.+-]*$/
/** A word of an address that cannot lead anywhere else. */
export const isWord = (text: string): boolean => text.length <= 200 && word.test(text) && !text.includes("..") && !text.endsWith(".")

/** The types whose files have another ending or a classifier of their own (maven.apache.org/ref, "Default Artifact Handlers Reference"). */
const kinds: ReadonlyMap<string, FileKind> = new Map([
  ["bundle", { extension: "jar", classifier: undefined }],
  ["ejb", { extension: "jar", classifier: undefined }],
  ["ejb-client", { extension: "jar", classifier: "client" }],
  ["java-source", { extension: "jar", classifier: "sources" }],
  ["javadoc", { extension: "jar", classifier: "javadoc" }],
  ["maven-plugin", { extension: "jar", classifier: undefined }],
  ["test-jar", { extension: "jar", classifier: "tests" }],
])

export function fileKind(type = "jar", classifier?: string): FileKind {
  const known = kinds.get(type) ?? { extension: type, classifier: undefined }
  return { extension: known.extension, classifier: classifier ?? known.classifier }
}

/** `org/group/artifact/`: maven.apache.org/repository/layout.html. */
export const folderOf = ({ group, artifact }: Omit<Coordinates, "version">): string => `${group.replaceAll(".", "/")}/${artifact}/`

export const fileName = ({ artifact, version }: Coordinates, { extension, classifier }: FileKind): string =>
  `${artifact}-${version}${classifier === undefined ? "" : `-${classifier}`}.${extension}`
