/** What a function of Go's standard library does with its arguments, by import path and name (pkg.go.dev/std). */
export type Does = "runs" | "loads" | "connects" | "reads" | "writes" | "deletes" | "looks up"

const each = (does: Does, path: string, ...names: readonly string[]): readonly (readonly [string, Does])[] =>
  names.map((name) => [`${path}.${name}`, does] as const)

export const calls: ReadonlyMap<string, Does> = new Map<string, Does>([
  ...each("runs", "os/exec", "Command", "CommandContext"),
  ...each("runs", "os", "StartProcess"),
  ...each("runs", "syscall", "Exec", "ForkExec", "StartProcess"),
  ...each("loads", "plugin", "Open"),
  ...each("loads", "syscall", "LoadLibrary", "LoadDLL", "NewLazyDLL"),
  ...each("connects", "net", "Dial", "DialTimeout", "DialTCP", "DialUDP", "Listen", "ListenPacket", "LookupHost", "LookupTXT"),
  ...each(
    "connects",
    "net/http",
    "Get",
    "Post",
    "PostForm",
    "Head",
    "NewRequest",
    "NewRequestWithContext",
    "ListenAndServe",
    "ListenAndServeTLS",
  ),
  ...each("connects", "crypto/tls", "Dial", "Listen"),
  ...each("connects", "net/rpc", "Dial", "DialHTTP"),
  ...each("reads", "os", "ReadFile", "Open"),
  ...each("reads", "io/ioutil", "ReadFile"),
  ...each("writes", "os", "WriteFile", "Create", "OpenFile", "Mkdir", "MkdirAll", "Rename", "Symlink", "Link", "Chmod", "CreateTemp"),
  ...each("writes", "io/ioutil", "WriteFile", "TempFile"),
  ...each("deletes", "os", "Remove", "RemoveAll"),
  ...each("looks up", "os", "Getenv", "LookupEnv"),
  ...each("looks up", "syscall", "Getenv"),
])
