import { isUtf8 } from "node:buffer"
import type { GitOid } from "../core/digest.ts"
import type { Tree } from "../model/repository.ts"
import type { Repository } from "./git.ts"
import { runGit } from "./git-process.ts"

const formatBytesMax = 1024
const outputBytesMax = 64 * 1024
const abbreviations = ["7", "8", "9", "10", "11", "12"]
const branchesMax = 6

/**
 * What `git archive` puts for `$Format:FORMAT$` (gitattributes(5), `export-subst`), in its possible spellings: abbreviated ids are as
 * long as the repository of that day made them, and `%d` tells the refs of that day. Undefined for what is refused.
 */
export async function expandFormat(
  repository: Repository,
  at: { readonly commit: GitOid; readonly tree: Tree },
  format: string,
): Promise<readonly string[] | undefined> {
  if (refused(format)) return undefined
  const sizes = /%[htp]|%\(describe/.test(format) ? abbreviations : abbreviations.slice(0, 1)
  const plain = format.replaceAll("%D", decorationMark("D")).replaceAll("%d", decorationMark("d"))
  const mailmap = at.tree.get(".mailmap")
  const expanded = await Promise.all(
    sizes.map((size) =>
      expandOnce(
        repository,
        [`core.abbrev=${size}`, ...(mailmap === undefined ? [] : [`mailmap.blob=${mailmap.oid}`])],
        [plain, at.commit],
      ),
    ),
  )
  const texts = expanded.filter((text) => text !== undefined)
  if (texts.length === 0) return undefined
  return [...new Set(texts.flatMap((text) => decorate(text, repository, at.commit)))]
}

/**
 * Padding and truncation can ask for gigabytes (CVE-2022-41903); `%G` starts a program that checks signatures; `%N` and `%g` read notes
 * and reflogs, which no archive has; `%S` needs a walk.
 */
const refused = (format: string): boolean =>
  Buffer.byteLength(format) > formatBytesMax ||
  /[\0\n\r]/.test(format) ||
  /%[<>]|%[+\- ]?[GNgSw]/.test(format.replaceAll("%%", "")) ||
  /%d|%D/.test(format.replaceAll("%%", "")) !== /%d|%D/.test(format)

async function expandOnce(
  repository: Repository,
  settings: readonly string[],
  [format, commit]: readonly [string, GitOid],
): Promise<string | undefined> {
  const answer = await runGit(repository.place, {
    args: [
      ...settings.flatMap((setting) => ["-c", setting]),
      "log",
      "-1",
      "--no-walk",
      "--no-color",
      `--format=format:${format}`,
      "--end-of-options",
      commit,
    ],
    outputMax: outputBytesMax,
    secondsMax: 60,
  })
  if (!answer.ok || answer.value.code !== 0 || !isUtf8(answer.value.stdout)) return undefined
  return answer.value.stdout.toString("utf8")
}

/** Stands in for a decoration while git expands the rest. */
const decorationMark = (letter: "d" | "D"): string => `<everybyte:${letter}>`

/** As git prints them: `HEAD -> main, tag: v1, origin/main` (git-log(1), `--decorate`). */
function decorate(text: string, repository: Repository, commit: GitOid): readonly string[] {
  if (!text.includes("<everybyte:")) return [text]
  return spellings(repository, commit).map((names) =>
    text.replaceAll(decorationMark("d"), names === "" ? "" : ` (${names})`).replaceAll(decorationMark("D"), names),
  )
}

function spellings(repository: Repository, commit: GitOid): readonly string[] {
  const short = (name: string): string => name.replace(/^refs\/(?:heads|tags|remotes)\//, "")
  const tags = repository.refs
    .filter((ref) => ref.name.startsWith("refs/tags/") && (ref.oid === commit || repository.peeled(ref.oid) === commit))
    .map((ref) => `tag: ${short(ref.name)}`)
  const heads = repository.refs.filter((ref) => ref.name.startsWith("refs/heads/"))
  const here = heads.filter((ref) => ref.oid === commit).map((ref) => short(ref.name))
  const branches = [...new Set([...here, "master", "main", ...heads.map((ref) => short(ref.name))])].slice(0, branchesMax)
  const tagText = tags.join(", ")
  const join = (...parts: readonly string[]): string => parts.filter((part) => part !== "").join(", ")
  const withBranch = branches.flatMap((branch) => [
    join(`HEAD -> ${branch}`, tagText),
    join(tagText, branch),
    join(tagText, `origin/${branch}`),
    join(`HEAD -> ${branch}`, tagText, `origin/${branch}`),
    join(`HEAD -> ${branch}`, tagText, `origin/${branch}`, "origin/HEAD"),
    join("HEAD", tagText, `origin/${branch}`, branch),
  ])
  return [...new Set(["", tagText, join("HEAD", tagText), ...tags, ...withBranch])]
}
