/**
 * Which suite of the distribution has which edition of the tools that decide what comes out, the first where several are as near. What a toolchain really holds is read
 * from its packages and stated in the report: a suite that is not stable yet may have become newer than this says, and is then chosen less well.
 */
export const suites: readonly { readonly suite: string; readonly tools: Readonly<Record<"autoconf" | "automake", string>> }[] = [
  { suite: "trixie", tools: { autoconf: "2.72", automake: "1.17" } },
  { suite: "forky", tools: { autoconf: "2.73", automake: "1.19" } },
  { suite: "bookworm", tools: { autoconf: "2.71", automake: "1.16.5" } },
]

/** Older editions that a suite keeps beside the newest, under names with a suffix. */
export const olderEditions: readonly { readonly tool: string; readonly version: string; readonly programs: readonly string[] }[] = [
  { tool: "autoconf", version: "2.69", programs: ["autoconf", "autoheader", "autom4te", "autoreconf", "autoupdate"] },
]

/** The suite whose tools are nearest to what the release states: automake first, whose output is most of it. Without a word, the newest that is stable. */
export function nearestSuite(stated: ReadonlyMap<string, string>): string {
  const ranked = suites.map(({ suite, tools }) => ({
    suite,
    far: (["automake", "autoconf"] as const).map((tool) => distance(stated.get(tool), tools[tool])),
  }))
  ranked.sort((a, b) => (a.far[0] ?? 0) - (b.far[0] ?? 0) || (a.far[1] ?? 0) - (b.far[1] ?? 0))
  return ranked[0]?.suite ?? "trixie"
}

/** 0 for the same version; else how many minor versions lie between, and a little for another patch level. */
function distance(stated: string | undefined, has: string): number {
  if (stated === undefined || stated === has) return 0
  const [a, b] = [stated, has].map((version) => version.split(".").map((part) => Number.parseInt(part, 10) || 0))
  const [major = 0, minor = 0, patch = 0] = (a ?? []).map((part, index) => Math.abs(part - (b?.[index] ?? 0)))
  return major * 1000 + minor + (minor === 0 ? Math.min(patch, 9) / 10 + 0.05 : 0)
}
