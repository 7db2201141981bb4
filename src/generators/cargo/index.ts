import { isRecord, isText } from "../../core/shape.ts"
import { tomlOf } from "../../core/toml.ts"
import type { Generator } from "../generator.ts"
import { replayScript } from "../script.ts"
import { withStubs } from "./stubs.ts"

/** The names that a crate may have (doc.rust-lang.org/cargo, "The Manifest Format"): it becomes a word of a command. */
const crateName = /^[A-Za-z0-9_][A-Za-z0-9_-]{0,63}$/
const isManifest = isRecord({ package: isRecord({ name: isText }) })

function manifestOf(text: string | undefined): { readonly package: { readonly name: string } } | undefined {
  const value: unknown = text === undefined ? undefined : tomlOf(text)
  return isManifest(value) && crateName.test(value.package.name) ? value : undefined
}

/** What `cargo package` writes: the manifest in its normal form, the one it was, where it comes from, and what it was resolved to. */
const writes = /^(?:Cargo\.toml|Cargo\.toml\.orig|Cargo\.lock|\.cargo_vcs_info\.json)$/

/** No crate says which cargo packed it; nearly all are packed with the newest, of which there is one every six weeks. Debian 13 has 1.85, and 1.86 came on this day. */
const nextCargo = Date.UTC(2025, 3, 3) / 1000

/** Crates, as cargo packs them for its registry. */
export const cargo: Generator = {
  name: "cargo",
  applies: ({ tree }) => tree.has("Cargo.toml"),
  plan: async ({ text, commit, committed, stated }) => {
    const manifest = await text("Cargo.toml")
    const read = manifestOf(manifest)
    if (read === undefined) return []
    const suite =
      stated.versions.has("cargo") && !stated.versions.has("cargo's targets") ? "bookworm" : committed < nextCargo ? "trixie" : "forky"
    // An older cargo says nothing of the commit when it may pack what git does not have.
    const dirty = suite === "bookworm" ? "" : " --allow-dirty"
    const pack = `cargo package --offline --no-verify${dirty} -p ${read.package.name} --target-dir /build/target`
    return [
      {
        generator: "cargo",
        revision: 1,
        commands: pack,
        script: withStubs(
          replayScript({
            steps: ["stub-registry", pack, "cp /build/target/package/*.crate ./crate.tar.gz"],
            commit,
            environment: { CARGO_HOME: "/build/cargo" },
            links: [],
          }),
        ),
        toolchain: `${suite}:rust`,
        originals: [],
        collation: "C.UTF-8",
        tools: [{ tool: "cargo", stated: undefined, package: "cargo" }],
        history: true,
        writes,
      },
    ]
  },
}
