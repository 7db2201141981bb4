import { mkdirSync, readFileSync, rmSync } from "node:fs"
import { join } from "node:path"
import { GitFixture } from "../../src/io/git-fixture.ts"
import type { Change, Person, Sample } from "./replica.ts"

export interface Made {
  readonly repository: GitFixture
  /** The id of each commit of the history, in its order. */
  readonly commits: readonly string[]
}

/** The repository of a sample, made at once by `git fast-import`: a bare one in a temporary folder, or in `folder`. */
export function repositoryOf({ history }: Pick<Sample, "history">, folder?: string): Made {
  if (folder !== undefined) mkdirSync(folder, { recursive: true })
  const repository = new GitFixture({ bare: true, ...(folder === undefined ? {} : { folder }) })
  const marks = join(repository.folder, "marks")
  repository.git(["fast-import", "--quiet", `--export-marks=${marks}`], streamOf(history))
  const ids = new Map(
    readFileSync(marks, "utf8")
      .split("\n")
      .map((line) => [line.slice(1, line.indexOf(" ")), line.slice(line.indexOf(" ") + 1)] as const),
  )
  rmSync(marks)
  return { repository, commits: history.map((_, index) => ids.get(String(index + 1)) ?? "") }
}

export const secondsOf = (date: string): number => Date.parse(date.includes("T") ? date : `${date}T12:00:00Z`) / 1000

export const personOf = (who: number | Person): Person =>
  typeof who === "number" ? { name: `Author ${who}`, email: `author-${who}@example.org` } : who

/** Stream of git-fast-import(1), "Input Format". */
function streamOf(history: readonly Change[]): Buffer {
  const parts: Buffer[] = []
  const tips = new Map<string, number>()
  const say = (text: string): void => void parts.push(Buffer.from(text))
  const data = (content: string | Uint8Array): void => {
    const bytes = Buffer.from(content)
    say(`data ${bytes.byteLength}\n`)
    parts.push(bytes)
    say("\n")
  }
  const outside = "refs/replica/outside"
  history.forEach((change, index) => {
    const { author = 1, committer = author, branch = "main", files = {}, removed = [], tags = [] } = change
    const line = (who: number | Person): string => `${personOf(who).name} <${personOf(who).email}> ${secondsOf(change.date)} +0000\n`
    const ref = branch === "none" ? outside : `refs/heads/${branch}`
    const parent = branch === "none" ? undefined : (tips.get(ref) ?? tips.get("refs/heads/main"))
    if (branch === "none") say(`reset ${outside}\n\n`)
    say(`commit ${ref}\nmark :${index + 1}\nauthor ${line(author)}committer ${line(committer)}`)
    data(change.message)
    if (parent !== undefined) say(`from :${parent}\n`)
    for (const path of removed) say(`D ${path}\n`)
    for (const [path, content] of Object.entries(files)) {
      say(`M 100644 inline ${path}\n`)
      data(content)
    }
    say("\n")
    tips.set(ref, index + 1)
    for (const tag of tags) {
      say(`tag ${tag}\nfrom :${index + 1}\ntagger ${line(committer)}`)
      data(`${tag}\n`)
    }
  })
  if (tips.has(outside)) say(`reset ${outside}\nfrom ${"0".repeat(40)}\n\n`)
  return Buffer.concat(parts)
}
