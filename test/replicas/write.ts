import { mkdirSync, writeFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { notAssessed, replicas } from "./index.ts"
import { writeReplica } from "./materialise.ts"
import { heldOut, visible } from "./variants.ts"

/** `node test/replicas/write.ts FOLDER`: every replica and its honest twin as files, for a person to look at. */
const [folder] = process.argv.slice(2)
if (folder === undefined) {
  process.stderr.write("usage: node test/replicas/write.ts FOLDER\n")
  process.exit(2)
}
const to = resolve(folder)
mkdirSync(to, { recursive: true })
const all = [...replicas, ...visible(), ...heldOut()]
for (const replica of all) writeReplica(replica, join(to, `${replica.case}-${replica.name}`))

const why = notAssessed.map(({ case: number, name, notAssessed: reason }) => `- ${number}-${name}: ${reason}\n`).join("")
writeFileSync(
  join(to, "README.md"),
  `# Inert replicas

Made by \`test/replicas/write.ts\`. Each folder is a made-up project that does what a known attack did, with nothing of it but its shape: \`attack/\`, the
same as an honest project would have done it: \`twin/\`, and what is true of it: \`truth.json\`. Authors and hosts do not exist (RFC 2606: the domain "invalid" has no address). Nothing in them is ever run
by the project's tests, and no file may be executed; if one were run, its only effect would be a file MARKER in the working directory.
${why === "" ? "" : `\nCases without a replica:\n${why}`}`,
)
process.stdout.write(`${all.length} replicas in ${to}\n`)
