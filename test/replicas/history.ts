import { mkdirSync } from "node:fs"
import { GitFixture } from "../../src/io/git-fixture.ts"
import type { Change, Person, Sample } from "./replica.ts"

/** The repository of a sample, made at once by `git fast-import`: a bare one in a temporary folder, or in `folder`. */
export function repositoryOf({ history }: Pick<Sample, "history">, folder?: string): GitFixture {
  if (folder !== undefined) mkdirSync(folder, { recursive: true })
  const fixture = new GitFixture({ bare: true, ...(folder === undefined ? {} : { folder }) })
  fixture.git(["fast-import", "--quiet"], streamOf(history))
  return fixture
}

export const secondsOf = (date: string): number => Date.parse(date.includes("T") ? date : `${date}T12:00:00Z`) / 1000

export const personOf = (who: number | Person): Person =>
  typeof who === "number" ? { name: `Author ${who}`, email: `author-${who}@example.org` } : who

/** The id of each commit, in the order of the history: fast-import numbers them so. */
export function idsOf(fixture: GitFixture, { history }: Pick<Sample, "history">): readonly string[] {
  const ids = new Map<string, string>()
  for (const line of fixture.git(["log", "--all", "--format=%H %ct %s"]).split("\n")) {
    const [id = "", seconds, ...subject] = line.split(" ")
    ids.set(`${seconds} ${subject.join(" ")}`, id)
  }
  return history.map((change) => {
    const id = ids.get(`${secondsOf(change.date)} ${change.message}`)
    if (id === undefined) throw new Error(`no ref reaches the commit "${change.message}"`)
    return id
  })
}

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
