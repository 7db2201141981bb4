import { asBytes } from "./latin1.ts"
import { normalName } from "./python.ts"
import { normalRequirement, versionsOf } from "./requirement.ts"
import { type Table, tableOf, textsOf } from "./table.ts"

/** The project that a distribution is of, and the licences that it carries, by the path that `License-File` names. */
export interface Distribution {
  readonly name: string
  readonly version: string
  hasLicence(path: string): boolean
}

/** A line that the head may have once; `value`: as it is written where it must be there. */
export interface Expected {
  readonly field: string
  readonly value: string | undefined
  says(value: string): boolean
}

const exactly = (field: string, text: string): Expected => {
  const value = asBytes(text)
  return { field, value, says: (stated) => stated === value }
}

/** Of equal meaning under a normal form; what has none is only itself. */
const alike = (field: string, text: string, normal: (text: string) => string | undefined): Expected => {
  const [value, meaning] = [asBytes(text), normal(asBytes(text))]
  return { field, value, says: (stated) => stated === value || (meaning !== undefined && normal(stated) === meaning) }
}

const formats = /^(?:1\.[0-2]|2\.[1-4])$/
/** Fields of core metadata that a `Dynamic` may name: it says of a source distribution which are not to be relied on. */
const dynamicFields =
  /^(?:platform|supported-platform|summary|description|description-content-type|keywords|home-page|download-url|author|author-email|maintainer|maintainer-email|license|license-expression|license-file|classifier|requires-dist|requires-python|requires-external|project-url|provides-extra)$/i
const dynamicMax = 24

/** What the head says by definition, of the release's own name and of [project]. */
export function expectedFields(of: Distribution, project: Table | undefined, backend: string): readonly Expected[] {
  const { name, version, hasLicence } = of
  const dynamic = textsOf(project?.get("dynamic")) ?? []
  const known = new Set<string>()
  const licence: Expected = {
    field: "License-File",
    value: undefined,
    says: (path) => hasLicence(path) && !known.has(path) && known.add(path).size > 0,
  }
  const stated = project?.get("name")
  const static_ = project?.get("version")
  const isVersion = static_ === undefined || typeof static_ !== "string" || static_ === version
  return [
    { field: "Metadata-Version", value: "2.1", says: (value) => formats.test(value) },
    ...(typeof stated === "string" && normalName(stated) !== normalName(name)
      ? []
      : [alike("Name", typeof stated === "string" ? stated : name, normalName)]),
    ...(isVersion ? [exactly("Version", version)] : []),
    ...Array.from({ length: dynamicMax }, () => licence),
    ...(backend === "setuptools" ? once(dynamicMax) : []),
    ...(project === undefined ? [] : projectFields(project, dynamic)),
  ]
}

/** setuptools names what it computes, each field once. */
function once(max: number): readonly Expected[] {
  const said = new Set<string>()
  const one: Expected = {
    field: "Dynamic",
    value: undefined,
    says: (value) => dynamicFields.test(value) && !said.has(value) && said.add(value).size > 0,
  }
  return Array.from({ length: max }, () => one)
}

function projectFields(project: Table, dynamic: readonly string[]): readonly Expected[] {
  const get = (key: string): unknown => (dynamic.includes(key) ? undefined : project.get(key))
  const text = (key: string): string | undefined => {
    const value = get(key)
    return typeof value === "string" && !/[\r\n]/.test(value) ? value : undefined
  }
  const python = text("requires-python")
  const [summary, licence] = [text("description"), text("license")]
  return [
    ...(summary === undefined ? [] : [exactly("Summary", summary)]),
    ...(licence === undefined ? [] : [exactly("License-Expression", licence)]),
    ...licenceText(get("license")),
    ...(python === undefined ? [] : [alike("Requires-Python", python, versionsOf)]),
    ...keywords(textsOf(get("keywords")) ?? []),
    ...(textsOf(get("classifiers")) ?? []).map((one) => exactly("Classifier", one)),
    ...[...(tableOf(get("urls")) ?? [])].flatMap(([label, url]) =>
      typeof url === "string" ? [exactly("Project-URL", `${label}, ${url}`)] : [],
    ),
    ...people("Author", get("authors")),
    ...people("Maintainer", get("maintainers")),
    ...requirements(textsOf(get("dependencies")) ?? []),
    ...[...(tableOf(get("optional-dependencies")) ?? [])].flatMap(([extra, list]) => [
      alike("Provides-Extra", extra, normalName),
      ...requirements(textsOf(list) ?? [], extra),
    ]),
    ...contentType(get("readme")),
  ]
}

const requirements = (list: readonly string[], extra?: string): readonly Expected[] =>
  list.flatMap((one) => {
    const meaning = normalRequirement(one, extra)
    const suffix = extra === undefined ? "" : `${one.includes(";") ? " and" : " ;"} extra == "${extra}"`
    return meaning === undefined
      ? []
      : [{ field: "Requires-Dist", value: asBytes(one + suffix), says: (stated: string) => normalRequirement(stated) === meaning }]
  })

function keywords(list: readonly string[]): readonly Expected[] {
  const meaning = asBytes(list.toSorted().join("\n"))
  const says = (stated: string): boolean => stated.split(/, ?/).sort().join("\n") === meaning
  return list.length === 0 || list.some((one) => /[,\n]/.test(one)) ? [] : [{ field: "Keywords", value: asBytes(list.join(",")), says }]
}

/** PEP 621: those with an address are `Author-email: NAME <ADDRESS>`, those without are `Author: NAME`, each list on one line. */
function people(field: string, list: unknown): readonly Expected[] {
  const all = (Array.isArray(list) ? list : []).flatMap((one) => {
    const [name, email] = [tableOf(one)?.get("name"), tableOf(one)?.get("email")]
    const isPlain = [name, email].every((word) => word === undefined || (typeof word === "string" && !/["\\\r\n]/.test(word)))
    return isPlain ? [{ name: typeof name === "string" ? name : "", email: typeof email === "string" ? email : "" }] : []
  })
  const named = all.filter(({ email }) => email === "").map(({ name }) => name)
  const written = all.filter(({ email }) => email !== "").map(({ name, email }) => (name === "" ? email : `${name} <${email}>`))
  return [
    ...(named.length === 0 ? [] : [exactly(field, named.join(", "))]),
    // A name of other characters stands in quotes (RFC 5322, section 3.4).
    ...(written.length === 0
      ? []
      : [alike(`${field}-email`, written.join(", "), (stated) => stated.replaceAll(/(^|, )"([^"\\]*)"(?= <)/g, "$1$2"))]),
  ]
}

const licenceText = (licence: unknown): readonly Expected[] => {
  const text = tableOf(licence)?.get("text")
  return typeof text === "string" && !/[\r\n]/.test(text) ? [exactly("License", text)] : []
}

const types: Readonly<Record<string, string>> = { md: "text/markdown", rst: "text/x-rst", txt: "text/plain" }

function contentType(readme: unknown): readonly Expected[] {
  const [file, stated] = typeof readme === "string" ? [readme] : [tableOf(readme)?.get("file"), tableOf(readme)?.get("content-type")]
  const type = stated ?? (typeof file === "string" ? types[/\.(md|rst|txt)$/i.exec(file)?.[1]?.toLowerCase() ?? ""] : undefined)
  return typeof type === "string" && /^[\w/; =.-]+$/.test(type) ? [exactly("Description-Content-Type", type)] : []
}
