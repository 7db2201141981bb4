import { rules } from "../../rules/index.ts"

interface Described {
  readonly id: string
  readonly name: string
  readonly asks: string
  readonly help: string
}

/** What an explanation leaves, by the kind of thing it is. */
const left: readonly Described[] = [
  {
    id: "explain/unexplained",
    name: "Unexplained",
    asks: "Bytes of the release that no commit, known origin, generator or accepted release explains",
    help: "Read the named lines, or the whole file where none are named: they are what somebody could have changed between the repository and you. If they are honest, say so in a signed review (everybyte review sign) or an exemption of the policy; if they are made by a generator, run again with --replay always.",
  },
  {
    id: "explain/undetermined",
    name: "Undetermined",
    asks: "A file of the release that could not be looked at",
    help: "Nothing is known of it, good or bad. The message says what was missing: mostly a repository, a submodule (--submodule) or a toolchain (--replay always).",
  },
  {
    id: "explain/framing",
    name: "UnexplainedFraming",
    asks: "Bytes of the container itself that nothing reads",
    help: "Padding, gaps and what comes after the end of an archive are zero or absent in an honest one. Look at the bytes with --format html.",
  },
  {
    id: "explain/anomaly",
    name: "Anomaly",
    asks: "A container that different readers could read differently",
    help: "Duplicate names, links that lead out, wrong checksums and the like: unpack it with the tool that your users have and compare.",
  },
  {
    id: "explain/reason",
    name: "Reason",
    asks: "Something about the release as a whole that keeps the verdict down",
    help: "The message says what it is and what would settle it.",
  },
]

const asked: readonly Described[] = rules.map(({ id, question }) => ({
  id,
  name: id.replace(/(?:^|[/-])(.)/g, (_, letter: string) => letter.toUpperCase()),
  asks: question,
  help: "The message names the evidence by its digest: look at it before anything else of this release.",
}))

/** Section 3.49: every rule, whether or not it has a result, so that an index is the same in each run. */
export const descriptors = [...left, ...asked].map(({ id, name, asks, help }) => ({
  id,
  name,
  shortDescription: { text: asks },
  fullDescription: { text: asks },
  help: { text: help },
  properties: { tags: ["security", "supply-chain"] },
}))
