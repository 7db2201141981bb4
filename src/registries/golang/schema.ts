import { z } from "zod"

/** What a proxy answers for a version (go.dev/ref/mod, "GOPROXY protocol"), as far as we read it. `Origin` is what the proxy states of where it found it. */
export const Info = z.object({
  Version: z.string(),
  Origin: z
    .object({
      VCS: z.string().optional(),
      URL: z.string().optional(),
      Hash: z.string().optional(),
      Ref: z.string().optional(),
      Subdir: z.string().optional(),
    })
    .nullish(),
})
export type Info = z.infer<typeof Info>
