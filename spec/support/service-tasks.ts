import type { ServiceTask } from '../../lib/model/service-task.ts';

const states = { p: 'PENDING', s: 'STARTING', h: 'HEALTHY', m: 'HEALTHY', u: 'UNHEALTHY', e: 'ENDING' } as const;

/** Tasks of a deployment, one for each letter: p(ending), s(tarting), h(ealthy), u(nhealthy), e(nding), m(isplaced, healthy); a capital is protected. */
export const tasksOf = (deploymentId: string, letters: string): ServiceTask[] =>
  Array.from(letters, (letter, i) => ({
    arn: `${deploymentId}${i}`,
    deploymentId,
    state: states[letter.toLowerCase() as keyof typeof states],
    isCounted: letter !== 'e',
    isMisplaced: letter === 'm',
    isProtected: letter !== letter.toLowerCase(),
    createdAt: i,
    zone: 'a',
    instance: '',
  }));

export const arnsOf = (tasks: readonly ServiceTask[]): string => tasks.map(({ arn }) => arn).join(' ');
