import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import { AwsError } from '../errors.ts';

/** Throws when the request may come from a web page that has no business here. */
export type CallerGuard = (headers: IncomingHttpHeaders) => void;

/**
 * A browser lets any page send requests to 127.0.0.1, and a page whose name is rebound to 127.0.0.1 may read the
 * answers too. A rebound name stands in the Host header and is a public one, so only names that nobody can register are
 * taken, and those of AWS; a page that sends across origins says so in Origin.
 */
export function createCallerGuard(allowedHosts: readonly string[] = []): CallerGuard {
  const configured = new Set(allowedHosts.map((host) => host.toLowerCase()));
  const isAllowed = (name: string): boolean => configured.has(name) || isLocalName(name);
  return ({ host, origin }) => {
    if (host !== undefined && !isAllowed(nameOf(host))) {
      throw refused(
        `The Host header names ${host}, which is not a name of this emulator. Call it by localhost or an IP address, ` +
          'or add the name to the allowed hosts of the configuration.',
      );
    }
    if (origin !== undefined && !isOwnOrigin(origin, host)) {
      throw refused(`Pages of the origin ${origin} may not call this emulator: only pages of this host may.`);
    }
  };
}

/** Names with no dot and those under .localhost and .internal cannot be registered (RFC 6761; ICANN resolution 2024.07.29.06). */
function isLocalName(name: string): boolean {
  return (
    !name.includes('.') ||
    isIP(name) !== 0 ||
    name.endsWith('.localhost') ||
    name.endsWith('.internal') ||
    name === 'localhost.localstack.cloud' ||
    name.endsWith('.localhost.localstack.cloud') ||
    name.endsWith('.amazonaws.com')
  );
}

function isOwnOrigin(origin: string, host: string | undefined): boolean {
  const url = URL.canParse(origin) ? new URL(origin) : undefined;
  if (!url) return false;
  if (url.host === host?.toLowerCase()) return true;
  const name = nameOf(url.host);
  return name === 'localhost' || name.endsWith('.localhost') || name === '::1' || /^127\.\d+\.\d+\.\d+$/.test(name);
}

/** `[::1]:8080` → `::1`, `Example.com:80` → `example.com`. */
function nameOf(host: string): string {
  const bracketed = /^\[([^\]]*)\]/.exec(host);
  return (bracketed?.[1] ?? host.replace(/:\d*$/, '')).toLowerCase();
}

const refused = (message: string): AwsError => new AwsError('AccessDeniedException', message, 403);
