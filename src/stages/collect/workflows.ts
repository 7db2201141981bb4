import { latin1 } from "../../core/bytes.ts"
import type { Limits } from "../../core/limits.ts"
import { LineIndex } from "../../core/line-index.ts"
import { belowRoot } from "../../core/path.ts"
import { untrustedWorkflows } from "../../languages/index.ts"
import type { Entry } from "../../model/artifact.ts"
import type { ReleaseFacts, Workflow } from "../../model/release-facts.ts"
import type { Snapshot } from "../../model/repository.ts"

const isWorkflow = (path: string): boolean => /^\.(?:github|gitea|forgejo)\/workflows\/[^/]+\.ya?ml$/.test(path)

/** A file that is read as a workflow. */
interface Text extends Pick<Workflow, "path" | "digest"> {
  read(bytesMax: number): Promise<Uint8Array | undefined>
}

type Found = Pick<ReleaseFacts, "workflows" | "unknown">

/** The workflows of the commit that strangers can start, and what of them could not be read. */
export async function workflowsOf(
  { whole, blob, unreadable }: Pick<Snapshot, "whole" | "blob" | "unreadable">,
  limits: Limits,
): Promise<Found> {
  const texts = [...whole.values()]
    .filter(({ path }) => isWorkflow(path))
    .map(({ path, oid }) => ({ path, digest: `git:${oid}`, read: () => blob(oid) }))
  const found = await untrusted(texts, limits)
  return unreadable.includes("") && found.unknown === undefined
    ? { ...found, unknown: { workflows: "the commit's tree could not be read" } }
    : found
}

interface Release {
  readonly entries: readonly Entry[]
  readonly root: string
}

/** Without a commit: those of the release that are new against the one before it, or not what they were there. */
export async function newWorkflows({ entries, root }: Release, before: Release, limits: Limits): Promise<Found> {
  const known = new Map(before.entries.map(({ path, sha256 }) => [belowRoot(path, before.root), sha256]))
  const texts = entries
    .filter(({ path, type }) => type === "file" && isWorkflow(belowRoot(path, root)))
    .filter(({ path, sha256 }) => known.get(belowRoot(path, root)) !== sha256)
    .map(({ path, sha256, size, content }) => ({
      path,
      digest: `sha256:${sha256}`,
      read: async (bytesMax: number) => (size > bytesMax ? undefined : content.read(0, size)),
    }))
  return untrusted(texts, limits)
}

async function untrusted(all: readonly Text[], limits: Limits): Promise<Found> {
  const workflows: Workflow[] = []
  const unread: string[] = []
  const untrustedOf = all.length === 0 ? undefined : await untrustedWorkflows()
  for (const { path, digest, read } of all.slice(0, limits.workflowsMax)) {
    const bytes = await read(limits.workflowBytesMax)
    const text = bytes === undefined || bytes.length > limits.workflowBytesMax ? undefined : latin1(bytes)
    const lines = new LineIndex(text ?? "")
    const found =
      text === undefined ? undefined : untrustedOf?.({ text, place: (start, end) => ({ path, lines: lines.range(start, end) }) }, limits)
    if (found === undefined) unread.push(path)
    else if (found.events.length > 0) workflows.push({ path, digest, ...found })
  }
  unread.push(...all.slice(limits.workflowsMax).map(({ path }) => path))
  const [first, ...more] = unread
  if (first === undefined) return { workflows }
  return { workflows, unknown: { workflows: `could not be read: ${first}${more.length === 0 ? "" : ` and ${more.length} more`}` } }
}
