import type { Language } from "../language.ts"

/**
 * What assistants that write code are told of a project, in Markdown, as each of them looks for it. They run what they are told to on the machine of whoever opens
 * the project.
 */
export const assistantNotes: Language = {
  name: "assistant-notes",
  claims: (path) =>
    /(?:^|[/!])(?:(?:AGENTS|CLAUDE|GEMINI|SKILL)\.md|\.(?:cursor|windsurf|cline)rules|\.(?:cursor|windsurf)\/rules\/[^/]+\.mdc?|\.github\/(?:copilot-instructions\.md|instructions\/[^/]+\.instructions\.md))$/i.test(
      path,
    ),
  load: async () => (await import("./analyse.ts")).analyse,
}
