import type { Log } from '../../util/log.ts';
import type { Images } from './images.ts';

/** Any image whose shell waits for input holds a sandbox, too. */
const substitute = 'busybox:latest';

/** The wanted image if it is there or can be pulled, or else its substitute. @throws Error with the way out */
export async function sandboxImage(images: Images, wanted: string, log: Log): Promise<string> {
  const reasons: string[] = [];
  for (const image of [wanted, substitute]) {
    try {
      await images.ensure(
        { image, imagePullPolicy: 'IfNotPresent' },
        async () => undefined,
        () => {},
      );
      if (image !== wanted) log.warn(`Pods are held by ${image}, since ${wanted} cannot be had.`);
      return image;
    } catch (error) {
      reasons.push(`${image}: ${(error as Error).message}`);
    }
  }
  throw new Error(
    `The image of the container that holds a Pod's network cannot be had (${reasons.join('; ')}). ` +
      'Name one that Docker has with docker.sandboxImage, such as any with a shell.',
  );
}
