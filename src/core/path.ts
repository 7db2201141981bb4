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

/** A first component that names a release: `foo-1.2/`, `package/`; not what a wheel says of itself beside its modules. */
const releaseRoot = /^(?:\.\/)?(?:[^/]*[-_.]v?\d[^/]*(?<!\.dist-info)|package)\/$/

/** The one folder of a Go module's zip, in which each path starts with `PATH@VERSION/` (go.dev/ref/mod, "Module zip files"). */
const moduleRoot = /^[^/@]+\.[^/@]+(?:\/[^/@]+)*@v\d[^/@]*\//

/**
 * The leading directory, with its slash, that paths share; "" when they share none. Where it names a release, up to one path in twenty
 * may stand outside (at least one), so that a single stray member does not hide the root of all others.
 */
export function commonRoot(paths: readonly string[]): string {
  const module = moduleRoot.exec(paths[0] ?? "")?.[0]
  if (module !== undefined && paths.every((path) => path.startsWith(module))) return module
  const counts = new Map<string, number>()
  for (const path of paths) {
    const first = /^(?:\.\/)?[^/]+\//.exec(path)?.[0] ?? (path.startsWith("./") ? "./" : "")
    counts.set(first, (counts.get(first) ?? 0) + 1)
  }
  const [[root, count] = ["", 0]] = [...counts].sort(([, a], [, b]) => b - a)
  if (/(?:^|\/)\.\.\/$/.test(root)) return ""
  const outside = paths.length - count
  if (outside === 0 || (releaseRoot.test(root) && outside <= Math.max(1, paths.length / 20))) return root
  return paths.every((path) => path.startsWith("./")) ? "./" : ""
}

/** The path below the root; a path outside of it stays whole. */
export const belowRoot = (path: string, root: string): string => (path.startsWith(root) ? path.slice(root.length) : path)
