import type { Act } from "../../model/code.ts"
import { Gathered } from "../gathered.ts"
import { type Json, membersOf, readJson } from "../json.ts"
import type { Analyser } from "../language.ts"
import { Mapped } from "../mapped.ts"
import { fetchedModule, isTarball } from "./fetched.ts"

/** A digest that can be checked (Subresource Integrity, 3.5); what npm does not know it leaves out. */
const integrity = /(?:^|\s)sha(?:1|256|384|512)-[A-Za-z0-9+/]+={0,2}(?:[\s?]|$)/

/** What npm installs a published package with, in place of what its manifest asks for (npm docs, npm-shrinkwrap.json). */
export const analyse: Analyser = (source, analysis) => {
  const found = new Gathered(source, analysis)
  const { value: lock, brokenAt } = readJson(Mapped.whole(source.text), analysis.limits.scriptDepthMax)
  if (brokenAt !== undefined) found.giveUp(found.place(brokenAt, source.text.length), "no JSON from here on")
  if (lock === undefined) return found.done()

  // npm 7 reads `packages`, npm 6 `dependencies`; most locks have both of each.
  const told = new Set<string>()
  const tell = (act: Act): void => {
    const key = act.kind === "runs" ? JSON.stringify([act.hook, act.what.kind === "fetched" && [act.what.from, act.what.pin]]) : ""
    if (told.size !== told.add(key).size) found.act(act)
  }
  for (const packages of membersOf(lock, "packages"))
    if (packages.kind === "object") for (const [, entry] of packages.members) for (const act of fetchedFor(entry, found)) tell(act)
  const queue = [...membersOf(lock, "dependencies")]
  for (let next = queue.pop(); next !== undefined; next = queue.pop())
    if (next.kind === "object")
      for (const [, entry] of next.members) {
        for (const act of fetchedFor(entry, found)) tell(act)
        queue.push(...membersOf(entry, "dependencies"))
      }
  return found.done()
}

/** An entry of git, or a tarball that nothing is known of: what has a digest is the same every time, wherever it is from. */
function* fetchedFor(entry: Json, found: Gathered): Generator<Act> {
  const isChecked = membersOf(entry, "integrity").some((one) => one.kind === "string" && integrity.test(one.of.text))
  // What is only for development is not installed with the package. npm 6 has the address of git as the version.
  const hook = membersOf(entry, "dev").some((one) => one.kind === "other" && one.text === "true") ? "build" : "install"
  for (const field of ["resolved", "version"])
    for (const address of membersOf(entry, field)) {
      if (address.kind !== "string" || !/^(?:https?:|git[+:@]|ssh:|github:|gitlab:|bitbucket:|gist:)/i.test(address.of.text)) continue
      if (isTarball(address.of.text) && isChecked) continue
      yield fetchedModule(address.of, hook, found)
    }
}
