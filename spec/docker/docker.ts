import { whyNoDocker } from '../support/docker-ground.ts';

/** A suite that needs Docker: where there is none, one line says why it is left out. */
export function describeOnDocker(title: string, suite: (this: Mocha.Suite) => void): void {
  describe(title, function () {
    before(async function () {
      const reason = await whyNoDocker();
      if (reason === undefined) return;
      console.log(`    skipped: ${reason}`);
      this.skip();
    });
    suite.call(this);
  });
}
