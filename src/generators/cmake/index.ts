import type { Generator } from "../generator.ts"
import { replayScript } from "../script.ts"
import { hasAutotools, someFileSays, writtenTexts } from "../written.ts"

/** The target `package_source`, in a form that one program unpacks (cmake.org, "CPack"): a project's own choice of formats may need others. */
const commands = "cmake -S . -B /build/cmake && cpack --config /build/cmake/CPackSourceConfig.cmake -G TGZ -B /build/packed"

const buildFile = /^(?:CMakeLists\.txt|(?:cmake|CMake)\/[^/]+\.cmake)$/

/** CPack packs the source folder, with what the project's build files wrote into it; a project that does not include it has no such target. */
export const cmake: Generator = {
  name: "cmake",
  applies: ({ tree }) => tree.has("CMakeLists.txt"),
  plan: async (facts) => {
    const { commit, stated } = facts
    if (hasAutotools(facts)) return []
    if (!(await someFileSays(facts, buildFile, /^[ \t]*include[ \t]*\([ \t]*CPack\b/im))) return []
    const history = await someFileSays(facts, buildFile, /^[ \t]*find_package[ \t]*\([ \t]*Git\b/im)
    return [
      {
        generator: "cmake",
        revision: 1,
        commands,
        script: replayScript({
          steps: [...commands.split(" && "), "cp /build/packed/*.tar.gz ."],
          commit: history ? commit : undefined,
          environment: {},
          links: [],
        }),
        toolchain: stated.distributed === undefined ? "trixie:cmake" : `trixie+${stated.distributed}`,
        originals: [],
        collation: "C.UTF-8",
        tools: [{ tool: "cmake", stated: undefined, package: "cmake" }],
        history,
        writes: writtenTexts,
      },
    ]
  },
}
