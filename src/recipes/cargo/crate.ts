import { tomlOf } from "../../core/toml.ts"
import type { CommitFacts, RecipeFacts, ReleaseFacts } from "../recipe.ts"
import { shallowTable, type Table, tableOf, textsOf } from "../table.ts"

/** `NAME-VERSION.crate`: all below `NAME-VERSION/`, and both manifests there, the rewritten and the original (doc.rust-lang.org/cargo, "cargo package"). In a plain tar of sources a rewritten manifest is a change. */
export function isCrate({ name, format, root, files }: ReleaseFacts): boolean {
  return (
    name.endsWith(".crate") &&
    format === "gzip+tar" &&
    /^[A-Za-z0-9_][\w-]*-\d+\.\d+\.\d+[\w.+-]*\/$/.test(root) &&
    files.has("Cargo.toml") &&
    files.has("Cargo.toml.orig")
  )
}

export interface Manifests {
  readonly own: Table
  /** Of the workspace that it belongs to: `workspace`, and where its manifest stands. */
  readonly workspace: Table | undefined
  readonly workspacePath: string | undefined
}

/** The commit's manifest of the crate, and the workspace's where it inherits anything (doc.rust-lang.org/cargo, "Workspaces"). */
export async function manifestsOf({ commit }: RecipeFacts): Promise<Manifests | undefined> {
  const own = shallowTable(tomlOf((await commit.text("Cargo.toml")) ?? "="))
  if (own === undefined) return undefined
  const stated = tableOf(own.get("package"))?.get("workspace")
  const folders = typeof stated === "string" ? [resolved(commit.folder, stated)] : above(commit.folder)
  for (const folder of folders) {
    const workspace = tableOf((await manifestAt(commit, folder))?.get("workspace"))
    if (workspace !== undefined && (typeof stated === "string" || !isExcluded(commit.folder, folder, workspace)))
      return { own, workspace, workspacePath: `${folder}Cargo.toml` }
  }
  return { own, workspace: undefined, workspacePath: undefined }
}

/** It stands below what the workspace excludes, and below nothing that it names as a member (doc.rust-lang.org/cargo, "Workspaces", The members and exclude fields). */
function isExcluded(crate: string, root: string, workspace: Table): boolean {
  const has = (key: string): boolean => (textsOf(workspace.get(key)) ?? []).some((path) => crate.startsWith(resolved(root, path)))
  return crate !== root && has("exclude") && !has("members")
}

const manifestAt = async (commit: CommitFacts, folder: string): Promise<Table | undefined> =>
  shallowTable(tomlOf((await commit.at("").text(`${folder}Cargo.toml`)) ?? "="))

/** The folder and all above it, the nearest first. */
function above(folder: string): readonly string[] {
  const parts = folder.split("/").filter((part) => part !== "")
  return [...parts.keys(), parts.length].reverse().map((count) =>
    parts
      .slice(0, count)
      .map((part) => `${part}/`)
      .join(""),
  )
}

/** A folder as it is named from another; one outside of the repository is none. */
function resolved(from: string, path: string): string {
  const parts = from.split("/").filter((part) => part !== "")
  for (const part of path.split("/")) {
    if (part === "..") parts.pop()
    else if (part !== "" && part !== ".") parts.push(part)
  }
  return parts.map((part) => `${part}/`).join("")
}
