import type { Act, Value } from "../../model/code.ts"
import type { Gathered } from "../gathered.ts"
import { type Json, stringsOf } from "../json.ts"
import type { Mapped } from "../mapped.ts"

/** Addresses of tarballs and of git, also the short ones of hosts (npm docs, package.json: "dependencies"). A path that begins with a dot is one of this machine. */
const elsewhere = /^(?:https?:|git[+:@]|ssh:|github:|gitlab:|bitbucket:|gist:|[^@/\s]+@[^:./\s]+\.[^:/\s]+:|(?!\.)[\w.-]+\/[\w.-]+(?:#|$))/i

/** Behind an address of git, the commit that it must be; a tag or branch moves. */
const commit = /#([0-9a-f]{40}|[0-9a-f]{64})$/i

/** What is fetched and loaded where a dependency is asked for at an address; `hook`: when it is. */
export function* fetchedBy(of: Json, hook: string, found: Gathered): Generator<Act> {
  for (const { of: spec } of stringsOf(of)) if (elsewhere.test(spec.text)) yield fetchedModule(spec, hook, found)
}

/** A dependency brings scripts of its own, which run as it is installed, and is loaded later. */
export function fetchedModule(address: Mapped, hook: string, found: Gathered): Act {
  const at = found.placeOf(address)
  const pin = isTarball(address.text) ? undefined : commit.exec(address.text)?.[1]
  const what: Value = { kind: "fetched", from: found.held.value(address.text), at, ...(pin === undefined ? {} : { pin }) }
  return { kind: "runs", as: "module", what, language: "javascript", hook, at }
}

/** Whether npm takes an address for one of a tarball, whose fragment says nothing. The addresses of known hosts' repositories it takes for git (hosted-git-info). */
export const isTarball = (address: string): boolean =>
  /^https?:/i.test(address) && !/^https?:\/\/(?:www\.)?(?:github\.com|gitlab\.com|bitbucket\.org)\/[^/]+\/[^/#]+(?:#|$)/i.test(address)
