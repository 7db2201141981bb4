import type { FileTree } from "../io/file-tree.ts"
import { membersOf } from "../io/toolchain-store.ts"
import { alternatives, files, folders, loaderFolder, mergedFolders } from "./debian-table.ts"

/** Before the first package: `/bin` and its like lead into `/usr`, as they do in all of Debian since bookworm. */
export function furnishRoot(tree: FileTree, architecture: string): void {
  tree.folder("") // the root itself
  const loader = loaderFolder.get(architecture)
  for (const name of [...mergedFolders, ...(loader === undefined ? [] : [loader])]) {
    tree.folder(`usr/${name}`)
    tree.link(name, `usr/${name}`)
  }
}

/** After the last package: what maintainer scripts would have done, by our tables. */
export async function furnishTools(tree: FileTree): Promise<void> {
  for (const [path, text] of files) if (tree.place(path) === undefined) tree.write(path, text)
  for (const [path, mode] of folders) tree.folder(path, mode)
  const names = (await membersOf(tree.place("usr/bin") ?? "")).map(({ name }) => name)
  for (const { link, to } of alternatives) {
    if (tree.hasName(link)) continue
    const found = to.map((one) => (one.startsWith("/") ? (tree.place(one) === undefined ? undefined : one) : highest(one, names)))
    const target = found.find((one) => one !== undefined)
    if (target !== undefined) tree.link(link, target)
  }
  await writeXmlCatalog(tree)
}

/** The name, or the highest version of `name-*`. */
function highest(pattern: string, names: readonly string[]): string | undefined {
  if (!pattern.endsWith("*")) return names.find((name) => name === pattern)
  const start = pattern.slice(0, -1)
  const versions = names.filter((name) => name.startsWith(start) && /^\d+(?:\.\d+)*$/.test(name.slice(start.length)))
  const order = (a: string, b: string): number => numeric(b.slice(start.length), a.slice(start.length))
  return versions.sort(order)[0]
}

function numeric(a: string, b: string): number {
  const [x, y] = [a.split(".").map(Number), b.split(".").map(Number)]
  for (let at = 0; at < Math.max(x.length, y.length); at += 1) {
    const order = (x[at] ?? -1) - (y[at] ?? -1)
    if (order !== 0) return order
  }
  return 0
}

/** update-xmlcatalog would have joined the packages' catalogs; without them, documents are looked for in the network, which is not there. */
async function writeXmlCatalog(tree: FileTree): Promise<void> {
  const found: string[] = []
  const look = async (path: string, depthLeft: number): Promise<void> => {
    for (const { name, folder } of await membersOf(tree.place(path) ?? "")) {
      if (folder && depthLeft > 0) await look(`${path}/${name}`, depthLeft - 1)
      else if (name === "catalog.xml") found.push(`/${path}/${name}`)
    }
  }
  await look("usr/share/xml", 8)
  if (found.length === 0) return
  const lines = found.map((path) => `  <nextCatalog catalog="file://${path}"/>`)
  tree.write(
    "etc/xml/catalog",
    `<?xml version="1.0"?>\n<catalog xmlns="urn:oasis:names:tc:entity:xmlns:xml:catalog">\n${lines.join("\n")}\n</catalog>\n`,
  )
}
