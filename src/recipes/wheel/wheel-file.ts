import { namedIn } from "../nearest.ts"
import { backendOf, projectOf, pyprojectOf } from "../python.ts"
import type { Recipe } from "../recipe.ts"
import { isWheel, wheelOf } from "./wheel.ts"

/** What each backend calls itself, by its module. The version says nothing that is looked at: a short word. */
const version = String.raw`\d[\w.]{0,23}`
const generators: readonly { readonly backend: RegExp; readonly name: string; readonly says: RegExp; readonly end: string }[] = [
  { backend: /^setuptools$/, name: "setuptools", says: new RegExp(String.raw`^(?:bdist_wheel|setuptools) \(${version}\)$`), end: "\n" },
  { backend: /^hatchling$/, name: "hatchling", says: new RegExp(`^hatchling ${version}$`), end: "" },
  { backend: /^flit_core$/, name: "flit", says: new RegExp(`^flit ${version}$`), end: "" },
  { backend: /^poetry$/, name: "poetry-core", says: new RegExp(`^poetry-core ${version}$`), end: "" },
  { backend: /^pdm$/, name: "pdm-backend", says: new RegExp(String.raw`^pdm-backend \(${version}\)$`), end: "" },
  { backend: /^maturin$/, name: "maturin", says: new RegExp(String.raw`^maturin \(${version}\)$`), end: "" },
]

/** Who made the wheel and what it fits (packaging.python.org, "Binary distribution format", The .dist-info directory): the tags are those of the file's name. */
export const wheelFile: Recipe = {
  name: "wheel/WHEEL",
  writes: /^[^/]+\.dist-info\/WHEEL$/,
  of: isWheel,
  write: async ({ path, text }, { release, commit }) => {
    const [wheel, at] = [wheelOf(release), projectOf(commit)]
    const pyproject = wheel === undefined ? undefined : await pyprojectOf(at)
    if (wheel === undefined || pyproject === undefined || path !== `${wheel.info}WHEEL`) return []
    const known = generators.find(({ backend }) => backend.test(backendOf(pyproject)))
    const stated = /^Generator: (.*)$/m.exec(text)?.[1] ?? ""
    const generator = known?.says.test(stated) === true ? stated : (known?.name ?? "unknown")
    // A wheel for any machine has nothing that is compiled, and all of it goes to `purelib`.
    const pure = wheel.tags.every((tag) => tag.endsWith("-none-any"))
    const lines = ["Wheel-Version: 1.0", `Generator: ${generator}`, `Root-Is-Purelib: ${pure}`, ...wheel.tags.map((tag) => `Tag: ${tag}`)]
    return [
      {
        text: `${lines.join("\n")}\n${known?.end ?? ""}`,
        from: { commit: at.tree.has("pyproject.toml") ? [namedIn(at, "pyproject.toml")] : [], release: [] },
        dropped: ["the version of its generator"],
      },
    ]
  },
}
