import type { GitFixture } from "./git-fixture.ts"

/** For tests only: what can happen to a repository, most often commits. */
export const stepKinds = ["commit", "commit", "commit", "merge", "branch", "drop", "reset", "tag", "untag", "mailmap", "pack"] as const
/** With a number that chooses, and seconds since 1970. */
export type Step = readonly [what: (typeof stepKinds)[number], at: number, seconds: number]

/** For tests only: refs are moved and commits made without a worktree. */
export function take(fixture: GitFixture, [what, at, seconds]: Step): void {
  const chosen = (kind: string): string | undefined => {
    const names = fixture
      .git(["for-each-ref", "--format=%(refname)", `refs/${kind}`])
      .split("\n")
      .filter((name) => name !== "")
    return names[at % Math.max(1, names.length)]
  }
  const branch = chosen("heads") ?? "refs/heads/main"
  const commits = fixture.git(["rev-list", "--all"]).split("\n")
  const commit = commits[at % commits.length] ?? ""
  const name = `${what}${at}-${seconds}`
  const made = (files: Readonly<Record<string, string>>, parents: readonly string[]): void => {
    const old = fixture
      .git(["ls-tree", "-r", branch])
      .split("\n")
      .filter((line) => !Object.keys(files).some((path) => line.endsWith(`\t${path}`)))
    const lines = Object.entries(files).map(([path, text]) => `100644 blob ${fixture.git(["hash-object", "-w", "--stdin"], text)}\t${path}`)
    const tree = fixture.git(["mktree"], [...old, ...lines].map((line) => `${line}\n`).join(""))
    const who = `P${at % 4} <p${at % 4}@example.org> ${seconds} +0000`
    const head = [`tree ${tree}`, ...parents.map((parent) => `parent ${parent}`), `author ${who}`, `committer ${who}`]
    fixture.git(["update-ref", branch, fixture.git(["hash-object", "-t", "commit", "-w", "--stdin"], `${head.join("\n")}\n\n${name}\n`)])
  }
  const tip = fixture.git(["rev-parse", branch])
  const steps: { readonly [K in Step[0]]: () => unknown } = {
    commit: () => made({ [`f${at % 5}`]: name }, [tip]),
    merge: () => made({}, [tip, commit]),
    branch: () => fixture.git(["update-ref", `refs/heads/${name}`, commit]),
    drop: () => branch !== "refs/heads/main" && fixture.git(["update-ref", "-d", branch]),
    reset: () => fixture.git(["update-ref", branch, commit]),
    tag: () => fixture.git(["tag", "-f", ...(at % 2 === 0 ? [] : ["-a", "-m", name]), name, commit]),
    untag: () => chosen("tags") !== undefined && fixture.git(["update-ref", "-d", chosen("tags") ?? ""]),
    mailmap: () => made({ ".mailmap": `Q${at % 3} <q${at % 3}@example.org> <p${at % 4}@example.org>\n` }, [tip]),
    pack: () => fixture.git(["repack", "-q", "-d", ...(at % 2 === 0 ? ["-a"] : [])]),
  }
  steps[what]()
}
