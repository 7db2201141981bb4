import type { Context } from "./io/context.ts"
import type { Tool } from "./model/tool.ts"

/** The package's version; a test holds it to package.json. */
export const toolVersion = "0.1.0"

/** What made a report, and the programs that it ran. */
export function toolOf({ toolsUsed }: Pick<Context, "toolsUsed">): Tool {
  const trustedBase = [...toolsUsed].map(([name, version]) => ({ name, version })).sort((a, b) => (a.name < b.name ? -1 : 1))
  return { name: "everybyte", version: toolVersion, trustedBase }
}
