import type Docker from 'dockerode';
import type { Pod } from '../pod.ts';
import { emptyDirsOf, volumesFolder } from './sandbox-options.ts';
import { volumeName } from './docker-names.ts';
import { quantity } from '../../util/quantity.ts';

/** Makes a volume for each emptyDir of a Pod: on disk, or in memory and no larger than its `sizeLimit`. */
export async function createVolumes(
  docker: Docker,
  pod: Pod,
  labels: Readonly<Record<string, string>>,
): Promise<string[]> {
  return Promise.all(
    emptyDirsOf(pod).map(async ({ name, emptyDir }) => {
      const size = emptyDir?.sizeLimit ? `size=${Math.floor(quantity(emptyDir.sizeLimit))},` : '';
      const inMemory = { type: 'tmpfs', device: 'tmpfs', o: `${size}mode=0777` };
      await docker.createVolume({
        Name: volumeName(pod, name),
        Labels: { ...labels },
        ...(emptyDir?.medium === 'Memory' && { Driver: 'local', DriverOpts: inMemory }),
      });
      return volumeName(pod, name);
    }),
  );
}

/** Whatever user a container runs as may write into an emptyDir, as on Kubernetes (pkg/volume/emptydir, perm 0777). */
export async function openVolumes(sandbox: Docker.Container, pod: Pod): Promise<void> {
  const folders = emptyDirsOf(pod).map(({ name }) => folderEntry(`${volumesFolder}/${name}/`));
  if (folders.length === 0) return;
  await sandbox.putArchive(Buffer.concat([...folders, Buffer.alloc(1024)]), { path: '/' });
}

/** A header of the ustar format for a folder that everybody may write to. */
function folderEntry(path: string): Buffer {
  const header = Buffer.alloc(512);
  const field = (at: number, text: string) => header.write(text, at, 'latin1');
  field(0, path);
  field(100, '0000777\0');
  field(108, '0000000\0');
  field(116, '0000000\0');
  field(124, '00000000000\0');
  field(136, '00000000000\0');
  field(148, ' '.repeat(8));
  field(156, '5');
  field(257, 'ustar\0' + '00');
  const sum = header.reduce((all, byte) => all + byte, 0);
  field(148, `${sum.toString(8).padStart(6, '0')}\0 `);
  return header;
}
