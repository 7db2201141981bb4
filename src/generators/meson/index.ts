import type { Generator } from "../generator.ts"
import { replayScript } from "../script.ts"
import { hasAutotools, someFileSays, writtenTexts } from "../written.ts"

const setup = "meson setup /build/meson"
const dist = "meson dist -C /build/meson --no-tests --formats xztar --allow-dirty"

/**
 * Meson refuses files that are younger than its clock, and those it writes have the kernel's time, which may be years after that of a release. So it is set up 31 years
 * later, under two clocks still; what packs the release runs under those of the replay.
 */
const later = "FAKETIME=+$((FAKETIME + 1000000000)) "

/** `meson dist` packs the commit, and what scripts of the project add to it (mesonbuild.com, "Creating releases"): without one there is nothing to make again. */
export const meson: Generator = {
  name: "meson",
  applies: ({ tree }) => tree.has("meson.build"),
  plan: async (facts) => {
    const { commit, stated } = facts
    if (hasAutotools(facts) || !facts.tree.has("meson.build")) return []
    if (!(await someFileSays(facts, /(?:^|\/)meson\.build$/, /\bmeson\.add_dist_script\s*\(/))) return []
    return [
      {
        generator: "meson",
        revision: 1,
        commands: `${setup} && ${dist}`,
        script: replayScript({
          steps: [`${later}${setup}`, dist, "cp /build/meson/meson-dist/*.tar.xz ."],
          commit,
          environment: {},
          links: [],
        }),
        toolchain: stated.distributed === undefined ? "trixie:meson" : `trixie+${stated.distributed}`,
        originals: [],
        collation: "C.UTF-8",
        tools: [{ tool: "meson", stated: undefined, package: "meson" }],
        history: true,
        writes: writtenTexts,
      },
    ]
  },
}
