import { plural } from "../../core/count.ts"
import type { Act } from "../../model/code.ts"
import type { Finding } from "../../model/finding.ts"
import type { Moment, Survey } from "../../model/inspection.ts"
import { spelledPaths } from "../../model/secret.ts"
import { isSettled } from "../capabilities.ts"
import { entriesByPath, spelled } from "../chain.ts"
import type { Answer, InspectedSubject, Rule } from "../rule.ts"

/**
 * What a package leaves where it is run again without the package outlives whoever removes it (MITRE ATT&CK, TA0003 "Persistence"). Command line tools write such
 * files when they are asked to, with completions; no package has to when it is installed or an interpreter starts.
 */
export const capabilityPersists: Rule<InspectedSubject> = {
  id: "capability/persists",
  version: 2,
  question:
    "Does it write what is run again without it: start files of shells, hooks of git, jobs, services, workflows, what assistants are told, keys of others, what the dynamic linker loads?",
  check: answer,
}

function answer(subject: InspectedSubject): Answer {
  const { inspection, before, facts } = subject
  if (inspection.scripts.length === 0) return { outcome: "not-applicable", why: "no entry is in a language that is read" }
  const items = entriesByPath(subject)
  const was = before === undefined ? undefined : new Set(placesOf(before))
  const findings = inspection.scripts.flatMap((script): Omit<Finding, "rule" | "version">[] =>
    script.acts.flatMap((act) => {
      const place = placeOf(act)
      const runs = inspection.momentOf(act, script)
      if (place === undefined || runs === "test") return []
      const isNew = was !== undefined && !was.has(place) && isSettled(runs, facts)
      return [
        {
          severity: isNew || weighs(place, runs) ? "review" : "note",
          message: `writes ${place}${runs === undefined ? "" : ` at ${runs}`}, which is run again without it`,
          at: { path: act.at.path, lines: act.at.lines },
          evidence: [{ what: place, where: spelled(act.at), digest: `sha256:${items.get(act.at.path)?.entry.sha256 ?? ""}` }],
        },
      ]
    }),
  )
  const each = [...new Map(findings.map((one) => [`${one.message} ${one.at.path} ${one.at.lines?.join()}`, one])).values()]
  if (each.length === 0)
    return { outcome: "absent", why: `${plural(inspection.scripts.length, "script")} read, and nothing of that kind is written` }
  return { outcome: "present", why: plural(each.length, "place"), findings: each }
}

/** A build may put what belongs to the system where it belongs, and hooks into the tree that it runs in; whoever builds has a home that is none of its business. */
const weighs = (place: string, runs: Moment | undefined): boolean =>
  runs === "install" ||
  runs === "start" ||
  (runs === "build" && /^(?:HOME|USERPROFILE|~)[\\/]/.test(place)) ||
  (runs !== "request" && direst.test(place))

function* placesOf({ scripts }: Survey): Generator<string> {
  for (const { acts } of scripts)
    for (const act of acts) {
      const place = placeOf(act)
      if (place !== undefined) yield place
    }
}

/** Below a home: start files of shells and sessions, keys that may log in, services of a user. In a working tree: what git runs (githooks(5)). */
const ofHomes =
  /(?:^|[\\/])(?:\.ssh[\\/]authorized_keys2?|\.git[\\/](?:modules[\\/].+[\\/])?hooks[\\/](?![^\\/]*\.sample$)[^\\/]+|\.(?:bashrc|bash_(?:profile|login|logout)|profile|zshrc|zshenv|zprofile|zlogin|xprofile|xsession|pam_environment)|\.config[\\/](?:autostart|systemd[\\/]user|fish)[\\/][^\\/]+|Library[\\/]Launch(?:Agents|Daemons)[\\/][^\\/]+|Start Menu[\\/]Programs[\\/]Startup[\\/][^\\/]+)$/

/** In any folder: what a forge runs for whoever owns the project, and what assistants that write code are told or start. */
const ofProjects =
  /(?:^|[\\/])(?:\.github[\\/]workflows[\\/][^\\/]+\.ya?ml|\.(?:cursor|vscode|gemini|claude|kiro)[\\/](?:mcp|settings|tasks)\.json|\.codeium[\\/]windsurf[\\/]mcp_config\.json|\.claude\.json|claude_desktop_config\.json|\.(?:cursor|windsurf)rules|\.cursor[\\/]rules[\\/][^\\/]+|(?:CLAUDE|AGENTS|GEMINI)\.md|copilot-instructions\.md)$/

/** Of the system, by an absolute path: what a build installs below a folder of its own choice is no such path. */
const ofSystems =
  /^\/(?:etc\/(?:ld\.so\.preload|crontab|cron\.[\w]+\/.+|profile|profile\.d\/.+|bash\.bashrc|rc\.local|sudoers|sudoers\.d\/.+|pam\.d\/.+|init\.d\/.+|systemd\/system\/.+|passwd|shadow)|var\/spool\/cron\/.+|(?:usr\/)?lib\/systemd\/system\/.+)$/

/** That no build or library has a reason to write, whenever it runs; keys, a program that configures logins has (openssh's ssh-user-config). */
const direst = /^\/etc\/ld\.so\.preload$/

/** Programs that keep what is run later. */
const keepers: ReadonlyMap<string, (words: readonly string[]) => boolean> = new Map([
  ["crontab", (words) => !words.some((word) => /^-[lre]$/.test(word))],
  ["schtasks", (words) => words.some((word) => /^\/create$/i.test(word))],
  ["launchctl", (words) => words.some((word) => /^(?:load|bootstrap|submit|enable)$/.test(word))],
])

function placeOf(act: Act): string | undefined {
  if (act.kind === "writes")
    return spelledPaths(act.path).find(
      (path) => ofHomes.test(path) || ofProjects.test(path) || (act.path.kind === "text" && ofSystems.test(path)),
    )
  if (act.kind !== "runs" || act.as !== "program" || act.what.kind !== "text") return undefined
  const name = act.what.text.slice(act.what.text.lastIndexOf("/") + 1).replace(/\.exe$/, "")
  const words = (act.with ?? []).map((one) => (one.kind === "text" ? one.text : ""))
  return keepers.get(name)?.(words) === true ? `a job of ${name}` : undefined
}
