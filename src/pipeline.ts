import { failed, ok, type Result } from "./core/fault.ts"
import type { Context } from "./io/context.ts"
import type { Report } from "./model/report.ts"
import { parseTarget } from "./registries/index.ts"
import { dangers } from "./stages/explain/danger.ts"
import { explain } from "./stages/explain/explain.ts"
import { open } from "./stages/open/open.ts"
import { type ReadOptions, read } from "./stages/read/read.ts"
import { report } from "./stages/report/report.ts"
import { toolVersion } from "./version.ts"

export interface ExplainRequest {
  readonly target: string
  readonly repository: string | undefined
  /** A name or an id; left out, it is inferred. */
  readonly ref: string | undefined
  readonly subdirectory: string | undefined
  readonly submodules: ReadonlyMap<string, string>
  readonly previous: string | undefined
  readonly acceptPrevious: boolean
}

/** The main job: the stages in their order. Nothing else knows the order. */
export async function explainRelease(request: ExplainRequest, ctx: Context): Promise<Result<Report>> {
  const artifact = await openTarget(request.target, ctx)
  if (!artifact.ok) return artifact
  const previous = request.previous === undefined ? ok(undefined) : await openTarget(request.previous, ctx)
  if (!previous.ok) return previous
  const snapshot =
    request.repository === undefined ? ok(undefined) : await read(artifact.value, readOptions(request, request.repository), ctx)
  if (!snapshot.ok) return snapshot
  try {
    const ledger = await explain(artifact.value, snapshot.value, {
      limits: ctx.limits,
      without: "no repository was given",
      previous: previous.value,
      acceptPrevious: request.acceptPrevious,
    })
    const trustedBase = [...ctx.toolsUsed].map(([name, version]) => ({ name, version })).sort((a, b) => (a.name < b.name ? -1 : 1))
    return ok(
      await report({
        artifact: artifact.value,
        snapshot: snapshot.value,
        ledger,
        previous: request.previous,
        dangers,
        tool: { name: "everybyte", version: toolVersion, trustedBase },
      }),
    )
  } finally {
    await snapshot.value?.close()
  }
}

async function openTarget(asked: string, ctx: Context): ReturnType<typeof open> {
  const target = await parseTarget(asked)
  return target.ok ? open(asked, target.value, ctx) : failed(target.fault)
}

function readOptions({ ref, subdirectory, submodules }: ExplainRequest, repository: string): ReadOptions {
  return { repository, submodules, ...(ref === undefined ? {} : { ref }), ...(subdirectory === undefined ? {} : { subdirectory }) }
}
