/** Tokens of SoftHSM for the laptops of a stand, made by the tools of others. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const library = ['/usr/lib/softhsm/libsofthsm2.so', '/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so', '/usr/lib64/softhsm/libsofthsm2.so', '/usr/lib64/libsofthsm2.so']
  .find((path) => existsSync(path)) ?? 'libsofthsm2.so';

/** What a program of the stand needs in its environment to see the tokens. */
export function tokenEnvironment(folder: string): { SOFTHSM2_CONF: string } {
  const tokens = join(folder, 'tokens');
  mkdirSync(tokens, { recursive: true });
  const conf = join(folder, 'softhsm2.conf');
  writeFileSync(conf, `directories.tokendir = ${tokens}\nobjectstore.backend = file\nlog.level = ERROR\n`);
  return { SOFTHSM2_CONF: conf };
}

/**
 * Sets up a token with the key and the certificates of a PKCS #12 file, and takes
 * the file away: from then on only the token can sign.
 */
export function intoToken(folder: string, label: string, pin: string, file: string, password: string) {
  const env = { ...process.env, ...tokenEnvironment(folder) };
  const run = (program: string, ...args: string[]) => execFileSync(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const part = (name: string) => join(folder, `${label}.${name}`);
  run('openssl', 'pkcs12', '-in', file, '-passin', `pass:${password}`, '-nocerts', '-nodes', '-out', part('pem'));
  run('openssl', 'pkcs8', '-topk8', '-nocrypt', '-in', part('pem'), '-out', part('key'));
  run('openssl', 'pkcs12', '-in', file, '-passin', `pass:${password}`, '-clcerts', '-nokeys', '-out', part('cert.pem'));
  run('openssl', 'x509', '-in', part('cert.pem'), '-outform', 'DER', '-out', part('cer'));
  run('softhsm2-util', '--init-token', '--free', '--label', label, '--pin', pin, '--so-pin', '87654321');
  run('softhsm2-util', '--import', part('key'), '--token', label, '--label', label, '--id', '01', '--pin', pin);
  run('pkcs11-tool', '--module', library, '--token-label', label, '--login', '--pin', pin, '--write-object', part('cer'), '--type', 'cert', '--id', '01', '--label', label);
  for (const name of ['pem', 'key', 'cert.pem', 'cer']) rmSync(part(name));
  rmSync(file);
  rmSync(file.replace(/p12$/, 'pem'), { force: true }); // whose it was
}
