import { latin1 } from "../../core/bytes.ts"
import type { Limits } from "../../core/limits.ts"
import { LineIndex } from "../../core/line-index.ts"
import { untrustedWorkflows } from "../../languages/index.ts"
import type { ReleaseFacts, Workflow } from "../../model/release-facts.ts"
import type { Snapshot } from "../../model/repository.ts"

const isWorkflow = (path: string): boolean => /^\.(?:github|gitea|forgejo)\/workflows\/[^/]+\.ya?ml$/.test(path)

/** The workflows of the commit that strangers can start, and what of them could not be read. */
export async function workflowsOf(
  { whole, blob, unreadable }: Pick<Snapshot, "whole" | "blob" | "unreadable">,
  limits: Limits,
): Promise<Pick<ReleaseFacts, "workflows" | "unknown">> {
  const all = [...whole.values()].filter(({ path }) => isWorkflow(path))
  const workflows: Workflow[] = []
  const unread: string[] = []
  const untrustedOf = all.length === 0 ? undefined : await untrustedWorkflows()
  for (const { path, oid } of all.slice(0, limits.workflowsMax)) {
    const bytes = await blob(oid)
    const text = bytes === undefined || bytes.length > limits.workflowBytesMax ? undefined : latin1(bytes)
    const lines = new LineIndex(text ?? "")
    const found =
      text === undefined ? undefined : untrustedOf?.({ text, place: (start, end) => ({ path, lines: lines.range(start, end) }) }, limits)
    if (found === undefined) unread.push(path)
    else if (found.events.length > 0) workflows.push({ path, blob: oid, ...found })
  }
  unread.push(...all.slice(limits.workflowsMax).map(({ path }) => path))
  const [first, ...more] = unread
  if (first === undefined && !unreadable.includes("")) return { workflows }
  const why =
    first === undefined
      ? "the commit's tree could not be read"
      : `could not be read: ${first}${more.length === 0 ? "" : ` and ${more.length} more`}`
  return { workflows, unknown: { workflows: why } }
}
