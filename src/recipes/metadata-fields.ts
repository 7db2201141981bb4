import { asBytes, isLine } from "./latin1.ts"
import { normalName } from "./python.ts"
import { conditionOf, normalRequirement, versionsOf } from "./requirement.ts"
import { type Table, tableOf, textsOf } from "./table.ts"

/** The project that a distribution is of, and the licences that it carries, by the path that `License-File` names. */
export interface Distribution {
  readonly name: string
  readonly version: string
  hasLicence(path: string): boolean
}

/** A field of the head: what its lines may mean, each as often as it is expected. */
export interface Field {
  /** Values of one meaning say the same; undefined: it says nothing that could follow. */
  meaning(value: string): string | undefined
  /** As each is written where it is missing. */
  readonly expected: readonly string[]
  /** Whatever has a meaning may stand here, once. */
  readonly open?: true
}

type Normal = (value: string) => string | undefined

const formats = /^(?:1\.[0-2]|2\.[1-4])$/
/** Fields of core metadata that a `Dynamic` may name: it says of a source distribution which are not to be relied on. */
const dynamicFields =
  /^(?:platform|supported-platform|summary|description|description-content-type|keywords|home-page|download-url|author|author-email|maintainer|maintainer-email|license|license-expression|license-file|classifier|requires-dist|requires-python|requires-external|project-url|provides-extra)$/i

const itself: Normal = (value) => value
/** Of equal meaning under a normal form; what has none is only itself. */
const fieldOf = (texts: readonly string[], normal: Normal = itself): Field => ({
  meaning: (value) => normal(value) ?? `= ${value}`,
  expected: texts.map(asBytes),
})

/** What the head says by definition, of the release's own name and of [project]. */
export function fieldsOf(of: Distribution, project: Table | undefined, backend: string): ReadonlyMap<string, Field> {
  const { name, version, hasLicence } = of
  const [ownName, ownVersion] = [project?.get("name"), project?.get("version")]
  const isName = typeof ownName !== "string" || normalName(ownName) === normalName(name)
  const isVersion = typeof ownVersion !== "string" || ownVersion === version
  const dynamic = textsOf(project?.get("dynamic")) ?? []
  return new Map<string, Field>([
    ["Metadata-Version", { meaning: (value) => (formats.test(value) ? "a format" : undefined), expected: ["2.1"] }],
    ["Name", fieldOf(isName ? [typeof ownName === "string" ? ownName : name] : [], normalName)],
    ["Version", fieldOf(isVersion ? [version] : [])],
    ["License-File", { meaning: (path) => (hasLicence(path) ? path : undefined), expected: [], open: true }],
    // setuptools names what it computes.
    ...(backend === "setuptools"
      ? [
          [
            "Dynamic",
            { meaning: (value: string) => (dynamicFields.test(value) ? value.toLowerCase() : undefined), expected: [], open: true },
          ] as const,
        ]
      : []),
    ...(project === undefined ? [] : projectFields(new Map([...project].filter(([key]) => !dynamic.includes(key))))),
  ])
}

function projectFields(project: Table): readonly (readonly [string, Field])[] {
  const text = (key: string): readonly string[] => {
    const value = project.get(key)
    return typeof value === "string" && isLine(value) ? [value] : []
  }
  const texts = (key: string): readonly string[] => (textsOf(project.get(key)) ?? []).filter(isLine)
  const extras = [...(tableOf(project.get("optional-dependencies")) ?? [])].filter(([extra]) => isLine(extra))
  const urls = [...(tableOf(project.get("urls")) ?? [])].flatMap(([label, url]) => (typeof url === "string" ? [`${label}, ${url}`] : []))
  const [authors, maintainers] = [peopleOf(project.get("authors")), peopleOf(project.get("maintainers"))]
  return [
    ["Summary", fieldOf(text("description"))],
    ["License-Expression", fieldOf(text("license"))],
    [
      "License",
      fieldOf([tableOf(project.get("license"))?.get("text")].flatMap((one) => (typeof one === "string" && isLine(one) ? [one] : []))),
    ],
    ["Requires-Python", fieldOf(text("requires-python"), versionsOf)],
    ["Keywords", fieldOf(texts("keywords").length === 0 ? [] : [texts("keywords").join(",")], keywordsOf)],
    ["Classifier", fieldOf(texts("classifiers"))],
    ["Project-URL", fieldOf(urls.filter(isLine))],
    ["Author", fieldOf(authors.named)],
    ["Author-email", fieldOf(authors.written, unquoted)],
    ["Maintainer", fieldOf(maintainers.named)],
    ["Maintainer-email", fieldOf(maintainers.written, unquoted)],
    [
      "Provides-Extra",
      fieldOf(
        extras.map(([extra]) => extra),
        normalName,
      ),
    ],
    [
      "Requires-Dist",
      fieldOf(
        [
          ...texts("dependencies"),
          ...extras.flatMap(([extra, list]) => (textsOf(list) ?? []).filter(isLine).map((one) => ofExtra(one, extra))),
        ],
        normalRequirement,
      ),
    ],
    ["Description-Content-Type", fieldOf(contentType(project.get("readme")))],
  ]
}

/** A dependency of an extra has the extra among its conditions (packaging.python.org, "pyproject.toml specification", optional-dependencies). */
function ofExtra(requirement: string, extra: string): string {
  const { what, condition } = conditionOf(requirement)
  const byExtra = `extra == "${extra}"`
  return condition === undefined ? `${what} ; ${byExtra}` : `${what} ; (${condition.trim()}) and ${byExtra}`
}

const keywordsOf: Normal = (value) => value.split(/, ?/).sort().join("\n")

/** A name of other characters stands in quotes (RFC 5322, section 3.4). */
const unquoted: Normal = (value) => value.replaceAll(/(^|, )"([^"\\]*)"(?= <)/g, "$1$2")

/** PEP 621: those with an address are `Author-email: NAME <ADDRESS>`, those without are `Author: NAME`, each list on one line. */
function peopleOf(list: unknown): { readonly named: readonly string[]; readonly written: readonly string[] } {
  const all = (Array.isArray(list) ? list : []).flatMap((one) => {
    const [name, email] = [tableOf(one)?.get("name") ?? "", tableOf(one)?.get("email") ?? ""]
    return typeof name === "string" && typeof email === "string" && !/["\\]/.test(name + email) && isLine(name + email)
      ? [{ name, email }]
      : []
  })
  const named = all.filter(({ email }) => email === "").map(({ name }) => name)
  const written = all.filter(({ email }) => email !== "").map(({ name, email }) => (name === "" ? email : `${name} <${email}>`))
  const joined = (parts: readonly string[]): readonly string[] => (parts.length === 0 ? [] : [parts.join(", ")])
  return { named: joined(named), written: joined(written) }
}

const types: ReadonlyMap<string | undefined, string> = new Map([
  ["md", "text/markdown"],
  ["rst", "text/x-rst"],
  ["txt", "text/plain"],
])

function contentType(readme: unknown): readonly string[] {
  const [file, stated] = typeof readme === "string" ? [readme] : [tableOf(readme)?.get("file"), tableOf(readme)?.get("content-type")]
  const type = stated ?? (typeof file === "string" ? types.get(/\.(md|rst|txt)$/i.exec(file)?.[1]?.toLowerCase()) : undefined)
  return typeof type === "string" && /^[\w/; =.+-]+$/.test(type) ? [type] : []
}
