import type { Language } from "../language.ts"

/** Manifests of Cargo: which file is the build script, where it is not called build.rs. */
export const cargoManifest: Language = {
  name: "cargo-manifest",
  claims: (path) => /(?:^|\/)Cargo\.toml$/.test(path),
  load: async () => (await import("./analyse.ts")).analyse,
}
