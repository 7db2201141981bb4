import type { Context } from "./io/context.ts"
import { readPolicy } from "./io/policy-file.ts"
import { type Policy, policyDefault } from "./model/policy.ts"
import { rules } from "./rules/index.ts"

/** The policy that the user names, which may speak of our rules only; without one the default. Throws a FaultError that says the line of what is wrong. */
export const policyAt = async (path: string | undefined, { limits }: Context): Promise<Policy> =>
  path === undefined
    ? policyDefault
    : readPolicy(
        path,
        rules.map(({ id }) => id),
        limits,
      )
