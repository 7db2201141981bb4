import { execFileSync } from "node:child_process"
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { type GitOid, isGitOid } from "../core/digest.ts"
import { type Limits, limitsDefault } from "../core/limits.ts"
import type { Context } from "./context.ts"

/** For tests only: repositories built by code, with fixed dates and neutral authors, so that ids are the same on every machine. */
export class GitFixture {
  readonly folder: string
  readonly #bare: boolean

  constructor(options: { readonly bare?: boolean; readonly format?: "sha1" | "sha256"; readonly folder?: string } = {}) {
    this.folder = options.folder ?? mkdtempSync(join(tmpdir(), "everybyte-git-"))
    this.#bare = options.bare === true
    this.git(["init", "-q", "-b", "main", `--object-format=${options.format ?? "sha1"}`, ...(this.#bare ? ["--bare"] : []), this.folder])
  }

  /** The folder that git itself would use. */
  get gitDirectory(): string {
    return this.#bare ? this.folder : join(this.folder, ".git")
  }

  git(args: readonly string[], input: string | Uint8Array = ""): string {
    const environment = {
      PATH: process.env["PATH"],
      HOME: this.folder,
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_AUTHOR_NAME: "Author One",
      GIT_AUTHOR_EMAIL: "author-1@example.org",
      GIT_AUTHOR_DATE: "1700000000 +0000",
      GIT_COMMITTER_NAME: "Author One",
      GIT_COMMITTER_EMAIL: "author-1@example.org",
      GIT_COMMITTER_DATE: "1700000000 +0000",
    }
    const stdio: ["pipe", "pipe", "pipe"] = ["pipe", "pipe", "pipe"]
    return execFileSync("git", [...args], { cwd: this.folder, env: environment, input, stdio })
      .toString("utf8")
      .trim()
  }

  write(files: Readonly<Record<string, string>>): void {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.folder, path)), { recursive: true })
      writeFileSync(join(this.folder, path), text)
    }
  }

  /** Where a loose object is stored. */
  loose(id: string): string {
    return join(this.gitDirectory, "objects", id.slice(0, 2), id.slice(2))
  }

  /** Writes files and commits them; gives the commit's id. */
  commit(files: Readonly<Record<string, string>>, message = "change"): string {
    this.write(files)
    this.git(["add", "-A"])
    this.git(["commit", "-q", "--allow-empty", "-m", message])
    return this.git(["rev-parse", "HEAD"])
  }
}

/** For tests only: an id that a fixture printed. */
export function oid(text: string): GitOid {
  if (!isGitOid(text)) throw new Error(`not an id: ${text}`)
  return text
}

/** For tests only: a context with a cache folder of its own. */
export function fixtureContext(options: { readonly offline?: boolean; readonly limits?: Partial<Limits> } = {}): Context {
  return {
    limits: { ...limitsDefault, ...options.limits },
    cache: mkdtempSync(join(tmpdir(), "everybyte-cache-")),
    offline: options.offline ?? true,
    progress: () => undefined,
    keyrings: [],
    toolsUsed: new Map(),
    environment: { PATH: process.env["PATH"] },
    day: "2026-01-01",
  }
}
