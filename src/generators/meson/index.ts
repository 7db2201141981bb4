import type { Generator } from "../generator.ts"
import { replayScript } from "../script.ts"
import { hasAutotools, someFileSays, writtenTexts } from "../written.ts"

const commands = "meson setup /build/meson && meson dist -C /build/meson --no-tests --formats xztar --allow-dirty"

/** `meson dist` packs the commit, and what scripts of the project add to it (mesonbuild.com, "Creating releases"): without one there is nothing to make again. */
export const meson: Generator = {
  name: "meson",
  plan: async (facts) => {
    const { tree, commit, stated } = facts
    if (hasAutotools(facts) || !tree.has("meson.build")) return []
    if (!(await someFileSays(facts, /(?:^|\/)meson\.build$/, /\bmeson\.add_dist_script\s*\(/))) return []
    return [
      {
        generator: "meson",
        revision: 1,
        commands,
        script: replayScript({
          steps: [...commands.split(" && "), "cp /build/meson/meson-dist/*.tar.xz ."],
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
