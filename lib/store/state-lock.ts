import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Keeps a second KECS from the state file. A lock whose process is gone (SIGKILL) is taken over.
 * @returns a function that lets go.
 */
export async function lockState(path: string): Promise<() => Promise<void>> {
  const lock = `${path}.lock`;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  for (;;) {
    try {
      const file = await open(lock, 'wx', 0o600);
      await file.writeFile(`${process.pid} ${performance.timeOrigin}`);
      await file.close();
      return () => rm(lock, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      await removeStaleLock(lock, path);
    }
  }
}

async function removeStaleLock(lock: string, path: string): Promise<void> {
  const [pid = 0, startedAt] = (await readFile(lock, 'utf8').catch(() => '')).split(' ').map(Number);
  // In a container every KECS has the same process id: one that began at another time was killed.
  const isGone = pid === process.pid ? startedAt !== performance.timeOrigin : !isAlive(pid);
  if (pid > 0 && !isGone) {
    throw new Error(
      `The state file ${path} is in use by process ${pid}. Stop that KECS, or give this one a file of its own with --state ` +
        `(if process ${pid} is no KECS, delete ${lock}).`,
    );
  }
  await rm(lock, { force: true });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
