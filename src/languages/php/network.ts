import { unknown } from "../../model/code.ts"
import type { Call, Row, Thing } from "../imperative/platform.ts"
import { contentOf, fetches, instance, resolves, sends, sentOf } from "../imperative/rows.ts"
import { itemsOf } from "../text-rows.ts"

const named = (names: readonly string[], row: Row): readonly (readonly [string, Row])[] => names.map((name) => [`${name}()`, row])

export const isAddress = (call: Call): boolean => {
  const value = contentOf(call, 0)
  const head = value.kind === "joined" ? value.parts[0] : value
  return head?.kind === "text" && /^(?:https?|ftp):/i.test(head.text)
}

/** What a handle is told is its address, or is sent there. */
const given = (call: Call, handle: Thing | undefined, one: Thing): void => {
  if (handle?.kind !== "instance") return
  if (isAddress({ ...call, args: [one] })) handle.holds = { kind: "fetched", from: call.world.value(one), at: call.at }
  else if (one.kind !== "closure") handle.fields.set(`(${call.start} ${handle.fields.size})`, one)
}

/** `curl_setopt($c, CURLOPT_POSTFIELDS, $what)`. */
const sets: Row = (call) => {
  const [handle, , one] = call.args
  if (one !== undefined) given(call, handle, one)
  return unknown("nothing")
}
/** `curl_setopt_array($c, [CURLOPT_URL => $url, ...])`: options are constants of the platform, their keys are not known. */
const setsAll: Row = (call) => {
  const [handle, options] = call.args
  for (const one of itemsOf(call, options) ?? (options?.kind === "instance" ? options.fields.values() : [])) given(call, handle, one)
  return unknown("nothing")
}
const executes: Row = (call) => {
  const [handle] = call.args
  if (handle?.kind !== "instance") return undefined
  const { holds } = handle
  if (holds?.kind === "fetched")
    call.world.act({ kind: "connects", to: holds.from, ...sentOf(call.world, [...handle.fields.values()]), at: call.at })
  return holds
}

/** Into what is open: a file, or a socket. */
const writes: Row = (call) => {
  const [into, ...rest] = call.args
  for (const one of into?.kind === "some" ? into.of : [into]) {
    if (one?.kind === "sink") one.take(contentOf(call, 1), call.at)
    else if (one?.kind === "fetched") sends({ ...call, of: one, args: rest })
  }
  return unknown("nothing")
}

/** `mail($to, $subject, $what)`. */
const mails: Row = (call) => {
  call.world.act({ kind: "connects", to: contentOf(call, 0), ...sentOf(call.world, call.args.slice(1)), at: call.at })
  return unknown("whether it was sent")
}

/** The network, as PHP's core and curl reach it. */
export const network: readonly (readonly [string, Row])[] = [
  ...named(["fsockopen", "stream_socket_client", "pfsockopen", "get_headers"], fetches(0)),
  ...named(["curl_init"], (call) =>
    instance("curl", call.args[0] === undefined ? undefined : { kind: "fetched", from: contentOf(call, 0), at: call.at }),
  ),
  ...named(["curl_setopt"], sets),
  ...named(["curl_setopt_array"], setsAll),
  ...named(["curl_exec"], executes),
  ...named(["fwrite", "fputs", "gzwrite", "socket_write", "socket_send", "stream_socket_sendto"], writes),
  ...named(["mail", "mb_send_mail"], mails),
  ...named(["gethostbyname", "gethostbynamel", "dns_get_record", "checkdnsrr", "dns_check_record"], resolves(0)),
]
