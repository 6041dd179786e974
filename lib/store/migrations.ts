import { type State, emptyState, stateVersion } from './state.ts';

/** Each step turns the state of the version before into that of its index + 2. There is none yet: version 1 is the first. */
const steps: readonly ((state: State) => State)[] = [];

/** @throws Error when the file was written by a later KECS, whose data this one would damage. */
export function migrate(state: State, path: string): State {
  if (state.version > stateVersion) {
    throw new Error(
      `The state file ${path} has version ${state.version}, this KECS knows up to version ${stateVersion}. ` +
        'Start the newer KECS that wrote it, or name another file with --state.',
    );
  }
  const migrated = steps.slice(state.version - 1).reduce((older, step) => step(older), state);
  return { ...migrated, tables: { ...emptyState().tables, ...migrated.tables } };
}
