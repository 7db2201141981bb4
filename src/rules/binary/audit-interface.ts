import { ofBinaries, some } from "../binaries.ts"
import type { InspectedSubject, Rule } from "../rule.ts"

/**
 * The dynamic linker's audit interface (rtld-audit(7)) sees and changes every binding of a process. A library that has itself loaded as an auditor, or a binary that names one, needs a reason;
 * words of the interface alone are in the C library and in tools that set its variable.
 */
export const binaryAuditInterface: Rule<InspectedSubject> = {
  id: "binary/audit-interface",
  version: 1,
  question: "Does a binary use the dynamic linker's interface to watch and change bindings?",
  check: (subject) =>
    ofBinaries(subject, ({ binary: { audit, kind }, before }) => {
      const { exports, imports, strings, libraries } = audit
      const isMore = before !== undefined && exports.length + libraries.length > before.audit.exports.length + before.audit.libraries.length
      const isNew = isMore ? ", where the release before it did not" : ""
      if (libraries.length > 0)
        return { severity: "alarm", message: `has the dynamic linker load ${some(libraries)} as its auditor${isNew}` }
      if (exports.length > 0 && kind !== "object")
        return {
          severity: isMore ? "alarm" : "review",
          message: `is an auditor of the dynamic linker: it exports ${some(exports)}${isNew}`,
        }
      if (imports.length > 0) return { severity: "note", message: `takes ${some(imports)} of the dynamic linker` }
      return strings.length > 0 ? { severity: "note", message: `holds words of the audit interface: ${some(strings)}` } : undefined
    }),
}
