import { readFile } from 'node:fs/promises';
import { expect } from 'chai';

const read = (path: string) => readFile(new URL(`../../${path}`, import.meta.url), 'utf8');
const withoutImports = (source: string) => source.replaceAll(/^import .*\n/gm, '').trim();

describe('docs/writing-a-public-ip-provider.md', () => {
  it('shows the example as it stands in examples/', async () => {
    const page = await read('docs/writing-a-public-ip-provider.md');
    const shown = /```ts\n([^]*?)```/.exec(page)?.[1] ?? '';
    expect(withoutImports(shown)).to.equal(
      withoutImports(await read('examples/provider-swap/fixed-address-provider.ts')),
    );
  });
});
