import type { Language } from "../language.ts"

/** Manifests of Cargo: which file is the build script, where it is not called build.rs. */
export const cargoManifest: Language = {
  name: "cargo-manifest",
  claims: (path) => /(?:^|\/)Cargo\.toml$/.test(path),
  load: async () => (await import("./analyse.ts")).analyse,
}

/** What cargo is configured by in the folder that it builds in, and in those above: which programs stand for its compiler and linker. */
export const cargoConfig: Language = {
  name: "cargo-config",
  claims: (path) => /(?:^|\/)\.cargo\/config(?:\.toml)?$/.test(path),
  load: async () => (await import("./config.ts")).analyse,
}
