import { text } from "../../model/code.ts"
import { fieldOf, type Named, textsIn, tomlFrontEnd } from "../toml-front-end.ts"

/** A build script that the manifest names runs wherever the package is built (The Cargo Book, "The `build` field"); `project` is the name of old for `package`. */
function* namedIn(manifest: unknown): Generator<Named> {
  for (const table of ["package", "project"])
    for (const path of textsIn(fieldOf(fieldOf(manifest, table), "build")))
      yield { act: (at) => ({ kind: "runs", as: "module", what: text(path), language: "rust", at }), words: path }
}

export const analyse = tomlFrontEnd(namedIn)
