import type { Value } from "./code.ts"
import { spelledPaths } from "./secret.ts"

/** Hosts at which a machine of a cloud, or a container in it, asks that cloud about itself. */
export const metadataHost =
  /^(?:169\.254\.169\.254|169\.254\.170\.(?:2|23)|100\.100\.100\.200|\[fd00:ec2::(?:254|23)\]|metadata(?:\.google\.internal|\.goog)?)$/

/** What clouds call the services that take those keys, but for what anybody may rent there. */
export const isCloudHost = (host: string): boolean => cloudHost.test(host) && !rentedHost.test(host)

const rentedHost =
  /(?:^|\.)(?:s3[\w.-]*|execute-api[\w.-]*|lambda-url[\w.-]*|elb[\w.-]*|compute[\w.-]*)\.amazonaws\.com|(?:^|\.)core\.windows\.net$|(?:^|\.)oss[\w-]*\.aliyuncs\.com$/

const cloudHost =
  /(?:^|\.)(?:amazonaws\.com(?:\.cn)?|api\.aws|amazon\.com|googleapis\.com|google\.com|google\.internal|azure\.(?:com|net|cn)|windows\.net|microsoft(?:online)?\.com|aliyuncs\.com|alibabacloud\.com|oraclecloud\.com|cloud\.ibm\.com|digitalocean\.com|myhuaweicloud\.com|tencentcloudapi\.com)$/

/** Paths there that give keys, or what somebody set up a machine with; what else is there says where it stands, which clients report. */
const gives = /credentials|(?<!\/api)\/token\b|service-accounts\/[^?]*identity|recursive=true|\/user-?data|\/instance\/attributes/i

/** The address of a service that gives a machine of a cloud its keys; undefined: it is none, or asked for something else. A path that is not known may be that. */
export function metadataOf(from: Value): string | undefined {
  return spelledPaths(from).find((one) => {
    const [, host = "", rest = ""] =
      /^(?:[a-z][a-z\d+.-]*:\/\/)?(\[[^\]]*\]|[\w.-]*?(?=[^\w.-]|[A-Z]|$))(?::\d+)?([\s\S]*)$/.exec(one) ?? []
    return (
      URL.canParse(`http://${host}/`) &&
      metadataHost.test(new URL(`http://${host}/`).hostname) &&
      (/^\/?\??$/.test(rest) || gives.test(rest))
    )
  })
}
