import { join } from "node:path"
import { FaultError, orThrow } from "../../core/fault.ts"
import type { Context } from "../../io/context.ts"
import { temporaryFolder, writeAtomically } from "../../io/files.ts"
import { run } from "../../io/run.ts"

const manifest = '[package]\nname = "ask"\nversion = "0.0.0"\n[dependencies]\nany = "1"\n[workspace]\n'
/** No server stands there: what is asked ends at once, and nothing leaves this machine. */
const nowhere = "http://127.0.0.1:1"

/**
 * Cargo's own default, which no file and no command states: cargo is asked to resolve an empty package of ours, with an empty home, through a proxy
 * that is not there, and its error names the address that it did not reach. In the root folder, where no project's configuration is.
 */
export async function defaultIndex(ctx: Context): Promise<string> {
  const folder = await temporaryFolder(ctx)
  try {
    await writeAtomically(join(folder.path, "Cargo.toml"), manifest)
    await writeAtomically(join(folder.path, "src", "lib.rs"), "")
    const { stderr } = orThrow(
      await run({
        program: "cargo",
        args: ["fetch", "--manifest-path", join(folder.path, "Cargo.toml")],
        environment: { ...withoutCargo(ctx), ...asked, CARGO_HOME: join(folder.path, "home") },
        folder: "/",
        outputBytesMax: 64 * 1024,
        secondsMax: 60,
      }),
    )
    const address = /`(https?:\/\/[^`\s]+\/)config\.json`/.exec(stderr)?.[1]
    if (address !== undefined) return address
    throw new FaultError({
      kind: "unavailable",
      source: "cargo",
      why: `it does not say where its default index is (${stderr.trim().split("\n").at(-1)?.trim() ?? ""})`,
      remedy: "name a sparse index in [source] of CARGO_HOME/config.toml",
    })
  } finally {
    await folder.remove()
  }
}

/** The user's variables, but for cargo's own and those that would lead around the proxy. */
const withoutCargo = ({ environment }: Context): Context["environment"] =>
  Object.fromEntries(Object.entries(environment).filter(([name]) => !/^(?:CARGO_|no_proxy$)/i.test(name)))

const asked = {
  CARGO_HTTP_PROXY: nowhere,
  CARGO_NET_RETRY: "0",
  CARGO_TERM_COLOR: "never",
  CARGO_REGISTRIES_CRATES_IO_PROTOCOL: "sparse",
}
