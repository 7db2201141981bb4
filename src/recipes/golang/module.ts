import type { ReleaseFacts } from "../recipe.ts"

/** `MODULE@VERSION/` before all files (go.dev/ref/mod, "Module zip files"). */
export const isModule = ({ format, root }: ReleaseFacts): boolean => format === "zip" && /@v\d[^/]*\/$/.test(root)
