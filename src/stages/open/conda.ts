import type { Entry } from "../../model/artifact.ts"

const part = /^(?:info|pkg)-[^/]+\.tar\.zst$/

/** Marks the two archives that a package of conda is made of to be opened: a zip with `metadata.json` beside them (conda's package specification, version 2). */
export const asConda = (entries: readonly Entry[]): readonly Entry[] =>
  entries.some(({ path }) => path === "metadata.json") && entries.filter(({ path }) => part.test(path)).length === 2
    ? entries.map((entry) => (part.test(entry.path) ? { ...entry, isWrapping: true } : entry))
    : entries
