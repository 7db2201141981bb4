/** The last component. */
export const baseName = (path: string): string => path.slice(path.lastIndexOf("/") + 1)

/** The directory with its slash, or "". */
export const directoryOf = (path: string): string => path.slice(0, path.lastIndexOf("/") + 1)

/** Where a link at `path` leads inside the tree, or undefined when it leaves it. Pure: nothing is followed. */
export function resolveLink(path: string, target: string): string | undefined {
  if (target.startsWith("/")) return undefined
  const parts: string[] = []
  for (const part of `${directoryOf(path)}${target}`.split("/")) {
    if (part === "" || part === ".") continue
    if (part !== "..") parts.push(part)
    else if (parts.pop() === undefined) return undefined
  }
  return parts.join("/")
}

/** The leading directory, with its slash, that all paths share; "" when they share none. */
export function commonRoot(paths: Iterable<string>): string {
  let root: string | undefined
  for (const path of paths) {
    const cut = path.indexOf("/")
    const first = cut < 0 ? "" : path.slice(0, cut + 1)
    if (root !== undefined && root !== first) return ""
    root = first
  }
  return root === undefined || root === "./" || root === "../" || root === "/" ? "" : root
}
