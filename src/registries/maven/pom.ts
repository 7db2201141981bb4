import { faultsOf } from "../../core/fault.ts"
import { type Element, elementAt, textAt } from "../../core/xml.ts"
import type { Provenance } from "../../model/artifact.ts"
import { type Coordinates, isWord } from "./coordinates.ts"
import type { MavenRepository } from "./repository.ts"

/** Parents that are asked for what a POM does not say itself; real chains have up to five. */
const parentsMax = 10
const passesMax = 10
const valueLengthMax = 2000

/** What a POM and those above it state (maven.apache.org/pom.html, "SCM" and "Inheritance"). All of it is a claim of the publisher. */
export async function statedBy(pom: Element, own: Coordinates, repository: MavenRepository): Promise<Provenance> {
  const { chain: poms, missing } = await withParents(pom, repository)
  const at = poms.findIndex((one) => elementAt(one, "scm") !== undefined)
  const scm = elementAt(poms[at], "scm")
  const value = (name: string): string | undefined => {
    const text = textAt(scm, name)
    return text === undefined ? undefined : interpolated(text, poms, own)
  }
  const address = [value("connection"), value("developerConnection"), value("url")].map(addressOf).find((one) => one !== undefined)
  const tag = value("tag")
  const isTag = tag !== undefined && tag !== "HEAD"
  const isCommit = tag !== undefined && /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(tag)
  const moved = relocation(pom, own)
  return {
    chain: [
      ...(isTag ? [`its POM names the ${isCommit ? "commit" : "tag"} ${JSON.stringify(tag.slice(0, 200))} of its repository`] : []),
      ...(at > 0 && address !== undefined ? [`the repository is named by a parent of its POM (${nameOf(poms[at])})`] : []),
      ...(moved === undefined ? [] : [`its POM says that it is now ${moved}`]),
    ],
    notLookedAt: [
      ...(isCommit ? [] : ["of which commit it was made: its POM names none"]),
      ...(missing === undefined || at >= 0 ? [] : [`what its parent POM states: ${missing}`]),
    ],
    ...(isCommit ? { commit: tag } : isTag ? { tag } : {}),
    ...(address === undefined ? {} : { repository: address }),
  }
}

/** The POM and its parents, up to the one that names a repository. */
async function withParents(pom: Element, repository: MavenRepository): Promise<{ chain: readonly Element[]; missing: string | undefined }> {
  const chain = [pom]
  for (let last = pom; elementAt(last, "scm") === undefined; ) {
    const parent = elementAt(last, "parent")
    if (parent === undefined) break
    const [group, artifact, version] = ["groupId", "artifactId", "version"].map((name) => textAt(parent, name) ?? "")
    if (group === undefined || artifact === undefined || version === undefined || ![group, artifact, version].every(isWord))
      return { chain, missing: "it is named by no exact version" }
    if (chain.length > parentsMax) return { chain, missing: `there are more than ${parentsMax} of them` }
    const answer = await faultsOf(() => repository.pom({ group, artifact, version }))
    if (!answer.ok || answer.value === undefined) return { chain, missing: `${group}:${artifact}:${version} could not be read` }
    last = answer.value
    chain.push(last)
  }
  return { chain, missing: undefined }
}

/** `${project.version}` and the like are of the POM itself, properties of the nearest that has one. What stands for itself in the end stays unread. */
function interpolated(text: string, poms: readonly Element[], own: Coordinates): string {
  const propertyOf = (name: string): string | undefined => {
    const bare = name.replace(/^(?:project|pom)\./, "")
    if (bare === "version") return own.version
    if (bare === "artifactId") return own.artifact
    if (bare === "groupId") return own.group
    return poms.map((one) => textAt(one, "properties", name)).find((one) => one !== undefined)
  }
  let value = text
  for (let pass = 0; pass < passesMax && value.includes("${") && value.length <= valueLengthMax; pass += 1)
    value = value.replace(/\$\{([\w.-]{1,200})\}/g, (whole: string, name: string) => propertyOf(name) ?? whole)
  return value.slice(0, valueLengthMax)
}

/** Of `scm:git:ADDRESS` or an address; undefined for what is none, or of another system. */
function addressOf(text: string | undefined): string | undefined {
  const bare = text?.replace(/^scm:git:/, "")
  return bare !== undefined && !bare.includes("${") && /^(?:https?|ssh|git):$/.test(URL.canParse(bare) ? new URL(bare).protocol : "")
    ? bare
    : undefined
}

/** "Relocation": the words that it gives, the rest as before. */
function relocation(pom: Element, own: Coordinates): string | undefined {
  const moved = elementAt(pom, "distributionManagement", "relocation")
  if (moved === undefined) return undefined
  const words = [
    textAt(moved, "groupId") ?? own.group,
    textAt(moved, "artifactId") ?? own.artifact,
    textAt(moved, "version") ?? own.version,
  ]
  return JSON.stringify(words.join(":").slice(0, 300))
}

const nameOf = (pom: Element | undefined): string =>
  JSON.stringify(
    ["groupId", "artifactId", "version"]
      .map((name) => textAt(pom, name) ?? textAt(pom, "parent", name) ?? "?")
      .join(":")
      .slice(0, 300),
  )
