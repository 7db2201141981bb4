import type { GeneratorFacts } from "./generator.ts"

/** Names of texts that a project's own build writes into its release, whatever builds it: of its version, changes and authors, manuals and catalogues. */
export const writtenTexts =
  /(?:^|\/)(?:ChangeLog|CHANGES|NEWS|AUTHORS|INSTALL|THANKS|\.?(?:tarball-)?version|VERSION|_?version\.(?:[ch]|txt|py|json|texi)|[^/]+\.(?:gmo|mo|pot|info|[1-9]))$|(?:^|\/)(?:man|doc|docs)\/.+\.(?:txt|html)$/

/** Build files that are looked through for a word: the top ones come first. */
const lookedAtMax = 64

/** Whether a file of the commit, among those of this name, has such a line. */
export async function someFileSays({ tree, text }: GeneratorFacts, name: RegExp, says: RegExp): Promise<boolean> {
  const depth = (path: string): number => path.split("/").length
  const named = [...tree.keys()].filter((path) => name.test(path)).sort((a, b) => depth(a) - depth(b) || (a < b ? -1 : 1))
  for (const path of named.slice(0, lookedAtMax)) if (says.test((await text(path)) ?? "")) return true
  return false
}

/** Whether the GNU build system is there: it makes the release, and the other build files beside it do not. */
export const hasAutotools = ({ tree }: Pick<GeneratorFacts, "tree">): boolean => tree.has("configure.ac") || tree.has("configure.in")
