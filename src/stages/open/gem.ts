import type { Entry } from "../../model/artifact.ts"

const data = "data.tar.gz"

/** Marks what a gem holds its files in to be opened: a tar with `metadata.gz` and `data.tar.gz` (RubyGems, lib/rubygems/package.rb). */
export function asGem(entries: readonly Entry[]): readonly Entry[] {
  const names = new Set(entries.map(({ path }) => path))
  if (!(names.has(data) && names.has("metadata.gz"))) return entries
  return entries.map((entry) => (entry.path === data ? { ...entry, isWrapping: true } : entry))
}
