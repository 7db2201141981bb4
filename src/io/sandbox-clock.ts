/**
 * Lets a sandboxed process believe that it started at `seconds` since 1970; time then goes on. libfaketime is preloaded, as the kernel has no namespace for the wall
 * clock: what links statically or asks the kernel itself still sees the true time, in both runs alike. EVERYBYTE_CLOCK is for the script, which makes sure that it was believed.
 */
export function sandboxClock(seconds: number): Readonly<Record<string, string>> {
  const offset = Math.round(seconds - Date.now() / 1000)
  // $LIB is expanded by the dynamic linker (ld.so(8)).
  return {
    LD_PRELOAD: "/usr/$LIB/faketime/libfaketime.so.1",
    FAKETIME: `${offset >= 0 ? "+" : ""}${offset}`,
    FAKETIME_DONT_RESET: "1",
    EVERYBYTE_CLOCK: String(seconds),
  }
}
