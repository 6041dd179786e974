import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { expect } from 'chai';
import { loginIn, userConfig } from '../../../lib/embedded-kubernetes/docker/registry-login.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');

describe('the login for a registry', () => {
  const auths = {
    'https://index.docker.io/v1/': { auth: base64('hub:se:cret') },
    'registry.test:5000': { username: 'me', password: 'mine' },
    'https://other.test/v2/': { auth: base64('other:pass') },
  };

  const cases: [image: string, login: object | undefined][] = [
    ['nginx', { username: 'hub', password: 'se:cret', serveraddress: 'https://index.docker.io/v1/' }],
    ['team/app:1', { username: 'hub', password: 'se:cret', serveraddress: 'https://index.docker.io/v1/' }],
    ['docker.io/team/app', { username: 'hub', password: 'se:cret', serveraddress: 'https://index.docker.io/v1/' }],
    ['registry.test:5000/app', { username: 'me', password: 'mine', serveraddress: 'registry.test:5000' }],
    ['other.test/app@sha256:0', { username: 'other', password: 'pass', serveraddress: 'other.test' }],
    ['unknown.test/app', undefined],
  ];
  for (const [image, login] of cases) {
    it(`of ${image} is ${login ? 'found' : 'none'}`, async () => {
      expect(await loginIn({ auths }, image)).to.deep.equal(login);
    });
  }

  describe('is asked of a credential helper', () => {
    let folder: string;
    const path = process.env['PATH'];

    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'kecs-login-'));
      process.env['PATH'] = `${folder}${delimiter}${path}`;
    });
    afterEach(async () => {
      process.env['PATH'] = path;
      await rm(folder, { recursive: true });
    });

    const helper = async (script: string) => {
      const file = join(folder, 'docker-credential-spec');
      await writeFile(file, `#!/bin/sh\nread server\n${script}\n`);
      await chmod(file, 0o755);
    };

    it('that the configuration names for the registry', async () => {
      await helper('echo "{\\"Username\\": \\"$1\\", \\"Secret\\": \\"for $server\\"}"');
      const config = { credHelpers: { 'registry.test': 'spec' } };
      expect(await loginIn(config, 'registry.test/app')).to.deep.equal({
        username: 'get',
        password: 'for registry.test',
        serveraddress: 'registry.test',
      });
      expect(await loginIn(config, 'elsewhere.test/app')).to.equal(undefined);
    });

    it('which may keep a token', async () => {
      await helper('echo "{\\"Username\\": \\"<token>\\", \\"Secret\\": \\"t\\"}"');
      expect(await loginIn({ credsStore: 'spec' }, 'registry.test/app')).to.deep.equal({
        identitytoken: 't',
        serveraddress: 'registry.test',
      });
    });

    it('and what is written is taken where it knows none', async () => {
      await helper('exit 1');
      expect(await loginIn({ credsStore: 'spec', auths }, 'registry.test:5000/app')).to.include({ username: 'me' });
    });
  });

  it('comes from config.json of DOCKER_CONFIG, which need not be there', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'kecs-login-'));
    expect(await userConfig({ DOCKER_CONFIG: folder })).to.deep.equal({});
    await writeFile(join(folder, 'config.json'), JSON.stringify({ auths }));
    expect(await userConfig({ DOCKER_CONFIG: folder })).to.deep.equal({ auths });
    await rm(folder, { recursive: true });
  });
});
