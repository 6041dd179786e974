import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Why Docker is of no use, if that is what k3d complains of. */
export async function dockerProblem(said: string, environment: NodeJS.ProcessEnv): Promise<string | undefined> {
  if (/permission denied.*docker|docker.*permission denied/i.test(said)) {
    return 'Docker does not let this user in: add the user to the group docker and log in again, or use --cluster embedded.';
  }
  if (!/cannot connect to the docker daemon|is the docker daemon running|error during connect/i.test(said)) {
    return undefined;
  }
  return (await isInstalled(environment))
    ? `Docker is not running${at(environment)}: start it, or use --cluster embedded.`
    : `Docker, which k3d needs, is not installed: install it (https://docs.docker.com/get-docker), or use --cluster embedded.`;
}

const at = ({ DOCKER_HOST }: NodeJS.ProcessEnv): string => (DOCKER_HOST ? ` at ${DOCKER_HOST} (DOCKER_HOST)` : '');

const isInstalled = (environment: NodeJS.ProcessEnv): Promise<boolean> =>
  run('docker', ['--version'], { env: environment, timeout: 10_000 }).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code !== 'ENOENT',
  );
