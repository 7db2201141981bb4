import { once } from "../once.ts"
import type { ReleaseFacts } from "../recipe.ts"

/** A built distribution (packaging.python.org, "Binary distribution format"). */
export interface Wheel {
  readonly name: string
  readonly version: string
  /** `NAME-VERSION.dist-info/` */
  readonly info: string
  /** `py3-none-any`, each that the file's name stands for (PEP 425, "Compressed Tag Sets"). */
  readonly tags: readonly string[]
}

const tagsMax = 1000

/** What the file's name and its one `*.dist-info` folder say together; undefined where they do not agree: it is no wheel. */
export const wheelOf = once(({ name: file, format, root, files }: ReleaseFacts): Wheel | undefined => {
  const named = /^([A-Za-z0-9](?:[\w.]*[A-Za-z0-9])?)-(\d[\w.!+]*)(?:-\d[\w.]*)?-([\w.]+)-([\w.]+)-([\w.]+)\.whl$/.exec(file)
  if (named === null || format !== "zip" || root !== "") return undefined
  const [, name = "", version = "", pythons = "", abis = "", platforms = ""] = named
  const infos = new Set([...files.keys()].flatMap((path) => /^[^/]*\.dist-info\//.exec(path)?.[0] ?? []))
  const info = `${name}-${version}.dist-info/`
  if (infos.size !== 1 || !infos.has(info) || !files.has(`${info}WHEEL`)) return undefined
  const [python, abi, platform] = [pythons.split("."), abis.split("."), platforms.split(".")]
  if (python.length * abi.length * platform.length > tagsMax) return undefined
  return { name, version, info, tags: python.flatMap((one) => abi.flatMap((two) => platform.map((three) => `${one}-${two}-${three}`))) }
})

export const isWheel = (release: ReleaseFacts): boolean => wheelOf(release) !== undefined
