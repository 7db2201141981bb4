import { shellWord } from "../../core/shell.ts"
import { handedOut, type ReplayScript, unpacked } from "../script.ts"

export interface WheelScript extends Pick<ReplayScript, "environment" | "commit" | "prepare"> {
  /** Of the project, from the repository's root: "" or with its slash. */
  readonly folder: string
  readonly build: string
}

/** Hands the wheel out as it was built: what is in it is read outside. */
export const wheelScript = ({
  environment,
  commit,
  prepare = "",
  folder,
  build,
}: WheelScript): string => `${unpacked({ environment, commit })}
${prepare}
cd ${shellWord(`/build/src/${folder}`)} && step ${shellWord(build)} || exit 87
mkdir /build/out/wheel && cp /build/packed/*.whl /build/out/wheel || exit 87
${handedOut}`
