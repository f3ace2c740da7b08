import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request as requestPlain } from 'node:http'
import { request as requestTls } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { findFreePort } from '../../src/service.ts'
import { waitUntil } from './process.ts'
import { findProgram } from './programs.ts'

/** The base path of deploy/nginx.conf and deploy/Caddyfile. */
export const PREFIX = '/conflict'

export const NGINX = findProgram('nginx', 'The tests behind nginx')
export const CADDY = findProgram('caddy', 'The tests behind Caddy')
export const OPENSSL = findProgram('openssl', 'The tests with TLS')

/** How nginx is to differ from deploy/nginx.conf. */
export interface NginxOptions {
  /** With a certificate that it signs itself, as shipped, or without TLS. */
  tls: boolean
  /** Strips the base path, instead of passing it on. */
  strips?: boolean
  /** Does not name the base path in X-Forwarded-Prefix. */
  silent?: boolean
}

/** A running proxy. */
export interface RunningProxy {
  origin: string
  /** Where nginx redirects to TLS. */
  plainOrigin?: string
  /** The certificate, with TLS. */
  certificate?: Buffer
  close(): Promise<void>
}

/** Replaces a text that must be there, so that the tests fail when the file no longer has what they replace. */
function substitute(text: string, pairs: readonly (readonly [RegExp, string])[]): string {
  return pairs.reduce((before, [from, to]) => {
    if (before.search(from) < 0) throw new Error(`There is no ${from} to replace`)
    return before.replaceAll(from, () => to)
  }, text)
}

const readShipped = (name: string) => readFileSync(new URL(`../../deploy/${name}`, import.meta.url), 'utf8')

/** Writes deploy/nginx.conf into a folder, with free ports, for a service at `upstream`. */
async function writeNginx(folder: string, upstream: string, { tls, strips, silent }: NginxOptions) {
  const [plainPort, port] = [await findFreePort('127.0.0.1'), await findFreePort('127.0.0.1')]
  const [certificate, key] = [join(folder, 'certificate.pem'), join(folder, 'key.pem')]
  if (tls && OPENSSL) {
    const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1']
    const algorithm = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
    const files = ['-keyout', key, '-out', certificate]
    execFileSync(OPENSSL, ['req', '-x509', '-days', '2', ...algorithm, ...subject, ...files], {
      stdio: 'pipe',
    })
  }
  const site = substitute(readShipped('nginx.conf'), [
    [/server 127\.0\.0\.1:3000;/g, `server ${new URL(upstream).host};`],
    [/^\s*listen \[::\].*\n/gm, ''],
    [/listen 80;/g, `listen 127.0.0.1:${plainPort};`],
    [/listen 443 ssl http2;/g, `listen 127.0.0.1:${port}${tls ? ' ssl http2' : ''};`],
    [/server_name example\.org;/g, 'server_name 127.0.0.1;'],
    [/\/etc\/ssl\/certs\/example\.org\.pem/g, certificate],
    [/\/etc\/ssl\/private\/example\.org\.key/g, key],
    ...(tls ? [] : [[/^\s*ssl_.*\n/gm, ''] as const]),
    ...(strips ? [[/http:\/\/conflict_incidents;/g, 'http://conflict_incidents/;'] as const] : []),
    ...(silent ? [[/X-Forwarded-Prefix \/conflict;/g, 'X-Forwarded-Prefix "";'] as const] : []),
  ])
  const kinds = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  const main = `daemon off;
master_process off;
pid ${folder}/nginx.pid;
events {}
http {
  access_log off;
  ${kinds.map((kind) => `${kind}_temp_path ${folder}/${kind};`).join('\n  ')}
  include ${folder}/site.conf;
}
`
  writeFileSync(join(folder, 'site.conf'), site)
  writeFileSync(join(folder, 'nginx.conf'), main)
  return {
    origin: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    plainOrigin: `http://127.0.0.1:${plainPort}`,
    ...(tls && { certificate: readFileSync(certificate) }),
    args: ['-p', folder, '-e', join(folder, 'error.log'), '-c', join(folder, 'nginx.conf')],
  }
}

/** Starts nginx as deploy/nginx.conf describes it. */
export async function startNginx(upstream: string, options: NginxOptions): Promise<RunningProxy> {
  const folder = mkdtempSync(join(tmpdir(), 'conflict-incidents-nginx-'))
  const { args, ...site } = await writeNginx(folder, upstream, options)
  const close = await startProgram(NGINX ?? 'nginx', args, site.origin, folder)
  return { ...site, close }
}

/** Starts Caddy as deploy/Caddyfile describes it, but without TLS, for which it would need a public name. */
export async function startCaddy(upstream: string): Promise<RunningProxy> {
  const folder = mkdtempSync(join(tmpdir(), 'conflict-incidents-caddy-'))
  const origin = `http://127.0.0.1:${await findFreePort('127.0.0.1')}`
  const site = substitute(readShipped('Caddyfile'), [
    [/^example\.org \{/gm, `${origin} {`],
    [/reverse_proxy 127\.0\.0\.1:3000 \{/g, `reverse_proxy ${new URL(upstream).host} {`],
  ])
  writeFileSync(join(folder, 'Caddyfile'), `{\n\tadmin off\n}\n${site}`)
  const args = ['run', '--adapter', 'caddyfile', '--config', join(folder, 'Caddyfile')]
  return { origin, close: await startProgram(CADDY ?? 'caddy', args, origin, folder) }
}

/** Starts a proxy and waits until it accepts connections; returns a function that ends it. */
async function startProgram(program: string, args: string[], origin: string, folder: string) {
  const child = spawn(program, args, { env: { HOME: folder, PATH: process.env.PATH }, stdio: 'pipe' })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data))
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  await waitUntil(async () => {
    if (child.exitCode !== null) throw new Error(`${program} ended: ${output}`)
    return get(origin, { rejectUnauthorized: false }).then(
      () => true,
      () => false,
    )
  })
  return async () => {
    child.kill('SIGKILL')
    await ended
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Checks deploy/nginx.conf by nginx, deploy/Caddyfile by Caddy; returns their output and whether they accept it. */
export async function lint(program: 'nginx' | 'caddy'): Promise<{ code: number | null; output: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'conflict-incidents-lint-'))
  try {
    const shipped = new URL('../../deploy/Caddyfile', import.meta.url).pathname
    const args =
      program === 'nginx'
        ? ['-t', ...(await writeNginx(folder, 'http://127.0.0.1:3000', { tls: OPENSSL !== null })).args]
        : ['validate', '--adapter', 'caddyfile', '--config', shipped]
    const path = (program === 'nginx' ? NGINX : CADDY) ?? program
    const { status, stdout, stderr } = spawnSync(path, args, { env: { HOME: folder }, encoding: 'utf8' })
    return { code: status, output: `${stdout}${stderr}` }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A response, redirects not followed. */
export interface ProxiedResponse {
  status: number
  headers: Record<string, string>
  body: Buffer
}

/** Sends a GET request, also to a server with a certificate of its own. */
export function get(
  url: string,
  options: { headers?: Record<string, string>; ca?: Buffer | undefined; rejectUnauthorized?: boolean } = {},
): Promise<ProxiedResponse> {
  return new Promise((resolve, reject) => {
    const send = url.startsWith('https:') ? requestTls : requestPlain
    send(url, { agent: false, ...options }, (response) => {
      const { statusCode: status = 0, headers } = response
      buffer(response).then(
        (body) => resolve({ status, headers: headers as Record<string, string>, body }),
        reject,
      )
    })
      .on('error', reject)
      .end()
  })
}
