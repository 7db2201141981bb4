import type { ReleaseFacts } from "../recipe.ts"

/** A `.zip` with `MODULE@VERSION/` before all files, a canonical version (go.dev/ref/mod, "Module zip files" and "Versions"). */
export const isModule = ({ name, format, root }: ReleaseFacts): boolean =>
  name.endsWith(".zip") && format === "zip" && /^[^@]+@v\d+\.\d+\.\d+[^/]*\/$/.test(root)
