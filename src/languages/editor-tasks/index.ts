import type { Language } from "../language.ts"

/** Tasks of Visual Studio Code and of editors that are made of it: those that run when a folder is opened, and those that are asked for. */
export const editorTasks: Language = {
  name: "editor-tasks",
  claims: (path) => /(?:^|\/)\.vscode\/tasks\.json$/i.test(path),
  load: async () => (await import("./analyse.ts")).analyse,
}
