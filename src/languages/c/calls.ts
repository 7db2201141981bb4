/** What a function of the C library or of a platform does with its arguments (POSIX.1-2017, Linux man-pages 2 and 3, Win32). */
export type Row =
  | { readonly does: "shell" | "program" | "loads" | "connects" | "looks up" | "deletes" | "writes" }
  /** Reads or writes, as the argument with this index says: `w`, `a`, `+`, `O_WRONLY`, `O_RDWR`, `O_CREAT`. */
  | { readonly does: "opens"; readonly mode: number; readonly path: number }
  /** Makes memory executable where an argument says so. */
  | { readonly does: "protects" }

const each = <R extends Row>(row: R, ...names: readonly string[]): readonly (readonly [string, R])[] =>
  names.map((name) => [name, row] as const)

export const calls: ReadonlyMap<string, Row> = new Map<string, Row>([
  ...each({ does: "shell" }, "system", "popen", "_popen", "_wpopen", "_wsystem"),
  ...each(
    { does: "program" },
    ...["execl", "execlp", "execle", "execv", "execvp", "execvpe", "execve", "execveat", "fexecve", "posix_spawn", "posix_spawnp"],
    ...[
      "ShellExecuteA",
      "ShellExecuteW",
      "ShellExecuteExA",
      "ShellExecuteExW",
      "WinExec",
      "CreateProcessA",
      "CreateProcessW",
      "_spawnl",
      "_spawnv",
    ],
  ),
  ...each({ does: "loads" }, "dlopen", "dlmopen", "LoadLibraryA", "LoadLibraryW", "LoadLibraryExA", "LoadLibraryExW", "memfd_create"),
  ...each(
    { does: "connects" },
    "socket",
    "connect",
    "bind",
    "listen",
    "accept",
    "accept4",
    "sendto",
    "getaddrinfo",
    "gethostbyname",
    "WSASocketA",
    "WSASocketW",
  ),
  ...each(
    { does: "connects" },
    "InternetOpenA",
    "InternetOpenW",
    "WinHttpOpen",
    "URLDownloadToFileA",
    "URLDownloadToFileW",
    "curl_easy_perform",
  ),
  ...each({ does: "looks up" }, "getenv", "secure_getenv", "_wgetenv", "GetEnvironmentVariableA", "GetEnvironmentVariableW"),
  ...each({ does: "deletes" }, "unlink", "unlinkat", "remove", "rmdir", "DeleteFileA", "DeleteFileW"),
  ...each({ does: "writes" }, "creat", "mkfifo", "symlink", "link", "rename", "truncate", "CreateFileA", "CreateFileW"),
  ...each({ does: "opens", path: 0, mode: 1 }, "fopen", "fopen64", "freopen", "open", "open64", "_open", "_wfopen"),
  ...each({ does: "opens", path: 1, mode: 2 }, "openat", "openat64"),
  ...each({ does: "protects" }, "mprotect", "mmap", "mmap64", "VirtualAlloc", "VirtualProtect", "pkey_mprotect"),
])

/** Words of which one makes a mapping executable. */
export const executableWords: ReadonlySet<string> = new Set(["PROT_EXEC", "PAGE_EXECUTE", "PAGE_EXECUTE_READ", "PAGE_EXECUTE_READWRITE"])
