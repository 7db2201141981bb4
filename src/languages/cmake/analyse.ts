import { Gathered } from "../gathered.ts"
import type { Analyser } from "../language.ts"
import { Mapped } from "../mapped.ts"
import { type Builtin, Evaluator } from "./evaluator.ts"
import { configureFile, fileCommand } from "./files.ts"
import { customCommand, execProgram, executeProcess, externalProject } from "./processes.ts"
import { listCommand, stringCommand } from "./strings.ts"
import { findProgram, include, linked, properties, sourceCheck, sources, subdirectory, tryCompile } from "./targets.ts"
import { fileNamePart, install, language, math, option, parseArguments, set, unset } from "./variables.ts"

const builtins: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  ["set", set],
  ["math", math],
  ["unset", unset],
  ["option", option],
  ["string", stringCommand],
  ["list", listCommand],
  ["file", fileCommand],
  ["configure_file", configureFile],
  ["get_filename_component", fileNamePart],
  ["cmake_path", fileNamePart],
  ["cmake_parse_arguments", parseArguments],
  ["cmake_language", language],
  ["install", install],
  ["execute_process", executeProcess],
  ["exec_program", execProgram],
  ["add_custom_command", customCommand],
  ["add_custom_target", customCommand],
  ["add_test", customCommand],
  ["externalproject_add", externalProject],
  ["externalproject_add_step", externalProject],
  ["fetchcontent_declare", externalProject],
  ["include", include],
  ["add_subdirectory", subdirectory],
  ["find_program", findProgram],
  ["add_executable", sources],
  ["add_library", sources],
  ["target_sources", sources],
  ["target_link_libraries", linked],
  ["target_link_options", linked],
  ["link_libraries", linked],
  ["set_target_properties", properties],
  ["set_property", properties],
  ["try_compile", tryCompile],
  ["try_run", tryCompile],
  ...["c", "cxx", "objc", "objcxx", "fortran"].flatMap((name) =>
    ["compiles", "runs"].map((verb): [string, Builtin] => [`check_${name}_source_${verb}`, sourceCheck]),
  ),
  ["check_source_compiles", sourceCheck],
  ["check_source_runs", sourceCheck],
])

/** Variables that CMake and its modules for finding programs set (cmake-variables(7)). */
const known: Readonly<Record<string, string>> = {
  CMAKE_COMMAND: "cmake",
  CMAKE_C_COMPILER: "cc",
  CMAKE_CXX_COMPILER: "c++",
  CMAKE_LINKER: "ld",
  CMAKE_AR: "ar",
  CMAKE_MAKE_PROGRAM: "make",
  CMAKE_OBJCOPY: "objcopy",
  PYTHON_EXECUTABLE: "python3",
  Python_EXECUTABLE: "python3",
  Python3_EXECUTABLE: "python3",
  PERL_EXECUTABLE: "perl",
  GIT_EXECUTABLE: "git",
  BASH_EXECUTABLE: "bash",
  CMAKE_CURRENT_SOURCE_DIR: ".",
  CMAKE_CURRENT_BINARY_DIR: ".",
  CMAKE_CURRENT_LIST_DIR: ".",
}

export const analyse: Analyser = (source, analysis) => {
  const found = new Gathered(source, analysis)
  const { path } = source.place(0, 1)
  const top = "../".repeat(path.split("/").length - 1).replace(/\/$/, "") || "."
  const roots = Object.fromEntries(
    ["CMAKE_SOURCE_DIR", "CMAKE_BINARY_DIR", "PROJECT_SOURCE_DIR", "PROJECT_BINARY_DIR"].map((name) => [name, top]),
  )
  const cmake = new Evaluator(found, builtins, { ...known, ...roots })
  cmake.code(Mapped.whole(source.text))
  cmake.uncalled()
  return found.done()
}
