/** Whether a package's version (`1:2.71-3`) is an edition of what a release states of a tool (`2.71`, `2.4.7 Debian-2.4.7-5`). */
export const isEdition = (used: string, stated: string): boolean =>
  used.replace(/^\d+:/, "").replace(/[-+~].*$/, "") === stated.replace(/ .*$/, "")

/** Whose edition it was, for a sentence that names a toolchain. */
export const withOriginals = (originals: readonly string[]): string =>
  originals.length === 0 ? "" : ` with upstream's ${originals.join(" and ")}`
