import { backendOf, pyprojectOf } from "../python.ts"
import type { Recipe } from "../recipe.ts"
import { wheelOf } from "./wheel.ts"

/** What each backend calls itself, by its module. The version says nothing that is looked at: a short word. */
const version = String.raw`\d[\w.]{0,23}`
const generators: readonly { readonly backend: RegExp; readonly says: RegExp; readonly end: string }[] = [
  { backend: /^setuptools$/, says: new RegExp(String.raw`^(?:bdist_wheel|setuptools) \(${version}\)$`), end: "\n" },
  { backend: /^hatchling$/, says: new RegExp(`^hatchling ${version}$`), end: "" },
  { backend: /^flit_core$/, says: new RegExp(`^flit ${version}$`), end: "" },
  { backend: /^poetry$/, says: new RegExp(`^poetry-core ${version}$`), end: "" },
  { backend: /^pdm$/, says: new RegExp(String.raw`^pdm-backend \(${version}\)$`), end: "" },
  { backend: /^maturin$/, says: new RegExp(String.raw`^maturin \(${version}\)$`), end: "" },
]

/** Who made the wheel and what it fits (packaging.python.org, "Binary distribution format", The .dist-info directory): the tags are those of the file's name. */
export const wheelFile: Recipe = {
  name: "wheel/WHEEL",
  writes: /^[^/]+\.dist-info\/WHEEL$/,
  write: async ({ path, text }, { release, commit }) => {
    const wheel = wheelOf(release)
    const pyproject = wheel === undefined ? undefined : await pyprojectOf(commit)
    if (wheel === undefined || pyproject === undefined || path !== `${wheel.info}WHEEL`) return []
    const known = generators.find(({ backend }) => backend.test(backendOf(pyproject)))
    const stated = /^Generator: (.*)$/m.exec(text)?.[1] ?? ""
    const generator = known?.says.test(stated) === true ? [`Generator: ${stated}`] : []
    // A wheel for any machine has nothing that is compiled, and all of it goes to `purelib`.
    const pure = wheel.tags.every((tag) => tag.endsWith("-none-any"))
    const lines = ["Wheel-Version: 1.0", ...generator, `Root-Is-Purelib: ${pure}`, ...wheel.tags.map((tag) => `Tag: ${tag}`)]
    return [
      {
        text: `${lines.join("\n")}\n${known?.end ?? ""}`,
        from: { commit: commit.tree.has("pyproject.toml") ? ["pyproject.toml"] : [], release: [] },
        dropped: ["the version of its generator"],
      },
    ]
  },
}
