import { collect } from "../../src/core/bytes.ts"
import { orThrow } from "../../src/core/fault.ts"
import { createContext } from "../../src/io/create-context.ts"
import { findSandbox, sandboxLimits } from "../../src/io/sandbox.ts"
import { mountsFor } from "../../src/stages/replay/originals.ts"
import { buildToolchain, cachedToolchain, planToolchain } from "../../src/toolchains/index.ts"

export interface Tools {
  readonly toolchain: string
  readonly originals: readonly string[]
  /** `autoconf`, or an older edition under its own name. */
  readonly program: string
}

/** What autoconf makes of the macros that lie in an archive: run in the sandbox, as they are somebody's code. A sentence when it could not be. */
export async function configureFrom(tar: Uint8Array, tools: Tools, cache: string | undefined): Promise<{ readonly text: string } | string> {
  const ctx = createContext({ cache })
  const cached = await cachedToolchain(tools.toolchain, ctx)
  const toolchain = cached ?? orThrow(await buildToolchain(orThrow(await planToolchain(tools.toolchain, ctx)), ctx))
  const script = `exec 3>&1 >&2; tar -xmf - --strip-components=1 && ${tools.program} -f -o /tmp/configure && cat /tmp/configure >&3`
  const job = {
    root: toolchain.root,
    mounts: new Map(await mountsFor(tools.originals, toolchain)),
    argv: ["/bin/sh", "-c", script],
    environment: { LC_ALL: "C.UTF-8" },
    input: (async function* () {
      yield tar
    })(),
    limits: sandboxLimits(ctx.limits),
  }
  const { end, output, said } = orThrow(await orThrow(await findSandbox(ctx)).run(job, ctx))
  try {
    const text = Buffer.from(await collect(output.stream())).toString("latin1")
    return end.kind === "exit" && end.code === 0 ? { text } : `${tools.program}: ${JSON.stringify(end)}: ${said.trim().slice(-300)}`
  } finally {
    await output.close()
  }
}
