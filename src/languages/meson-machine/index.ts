import type { Language } from "../language.ts"

/** Files that tell Meson of a machine: which programs stand for its compilers. They may have any name, and begin with a section of theirs. */
export const mesonMachine: Language = {
  name: "meson-machine",
  claims: (path, firstLine) =>
    /\.(?:ini|txt|cross|native)$/.test(path) &&
    (/^\[(?:binaries|host_machine|build_machine|target_machine|constants|built-in options)\]/.test(firstLine) ||
      /(?:^|\/)[^/]*(?:cross|native)[^/]*\.(?:ini|txt)$/.test(path)),
  load: async () => (await import("./analyse.ts")).analyse,
}
