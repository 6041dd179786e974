import {
  CreateClusterCommand,
  DeleteAccountSettingCommand,
  ListAccountSettingsCommand,
  type ListAccountSettingsCommandInput,
  PutAccountSettingCommand,
  PutAccountSettingDefaultCommand,
  type SettingName,
  paginateListAccountSettings,
} from '@aws-sdk/client-ecs';
import { expect } from 'chai';
import { type EmulatorClient, startEmulatorClient } from '../../support/emulator-client.ts';
import { refusal } from '../../support/refusal.ts';

const root = 'arn:aws:iam::000000000000:root';
const deployer = 'arn:aws:iam::000000000000:role/deployer';

describe('account settings', () => {
  let emulator: EmulatorClient;

  beforeEach(async () => {
    emulator = await startEmulatorClient();
  });
  afterEach(() => emulator.close());

  const put = (name: SettingName, value: string, principalArn?: string) =>
    emulator.ecs.send(new PutAccountSettingCommand({ name, value, principalArn }));
  const putDefault = (name: SettingName, value: string) =>
    emulator.ecs.send(new PutAccountSettingDefaultCommand({ name, value }));
  const remove = (name: SettingName, principalArn?: string) =>
    emulator.ecs.send(new DeleteAccountSettingCommand({ name, principalArn }));
  const list = async (input: ListAccountSettingsCommandInput = {}) =>
    (await emulator.ecs.send(new ListAccountSettingsCommand(input))).settings;

  describe('serialization', () => {
    it('answers the setting as it was put', async () => {
      const { setting } = await put('containerInsights', 'enhanced', deployer);
      expect(setting).to.deep.equal({
        name: 'containerInsights',
        value: 'enhanced',
        principalArn: deployer,
        type: 'user',
      });
    });

    it('lists in pages of ten', async () => {
      const pages = paginateListAccountSettings({ client: emulator.ecs }, { effectiveSettings: true });
      const sizes = [];
      for await (const { settings = [] } of pages) sizes.push(settings.length);
      expect(sizes).to.deep.equal([10, 1]);
    });
  });

  describe('validation', () => {
    it('refuses a name that is no account setting', async () => {
      expect(await refusal(put('nothing' as SettingName, 'enabled'))).to.match(/^InvalidParameterException: .*'name'/);
    });

    it('refuses a value that the setting cannot have', async () => {
      expect(await refusal(putDefault('fargateTaskRetirementWaitPeriod', '3'))).to.equal(
        "InvalidParameterException: The account setting fargateTaskRetirementWaitPeriod can be 0, 7, 14, but not '3'.",
      );
    });

    it('refuses to change or delete what AWS manages', async () => {
      const text =
        'InvalidParameterException: The account setting guardDutyActivate is managed by AWS: it can be read only.';
      expect(await refusal(put('guardDutyActivate', 'on'))).to.equal(text);
      expect(await refusal(remove('guardDutyActivate'))).to.equal(text);
    });

    it('refuses a principal of another account', async () => {
      expect(await refusal(put('awsvpcTrunking', 'enabled', 'arn:aws:iam::111111111111:root'))).to.equal(
        "InvalidParameterException: principalArn must name the root user, a user or a role of account 000000000000, but was 'arn:aws:iam::111111111111:root'.",
      );
    });

    it('refuses a value to filter by without a name, and pages of more than ten', async () => {
      expect(await refusal(list({ value: 'on' }))).to.match(/together with the name/);
      expect(await refusal(list({ maxResults: 11 }))).to.equal(
        'InvalidParameterException: maxResults must be between 1 and 10, but was 11.',
      );
    });
  });

  describe('behaviour', () => {
    it('lists nothing for an account that put nothing, and what AWS gives to all as effective', async () => {
      expect(await list()).to.deep.equal([]);
      expect(await list({ name: 'taskLongArnFormat', effectiveSettings: true })).to.deep.equal([
        { name: 'taskLongArnFormat', value: 'enabled', principalArn: root, type: 'user' },
      ]);
      expect(await list({ name: 'guardDutyActivate', effectiveSettings: true })).to.deep.equal([
        { name: 'guardDutyActivate', value: 'off', principalArn: root, type: 'aws_managed' },
      ]);
    });

    it('puts a default for the whole account, which a principal of its own can override', async () => {
      await putDefault('containerInsights', 'enabled');
      const values = async (principalArn?: string) =>
        (await list({ name: 'containerInsights', effectiveSettings: true, principalArn }))?.map(({ value }) => value);
      expect(await values(deployer)).to.deep.equal(['enabled']);
      await put('containerInsights', 'disabled', deployer);
      expect(await values(deployer)).to.deep.equal(['disabled']);
      expect(await values()).to.deep.equal(['enabled']);
    });

    it('filters by value', async () => {
      await putDefault('tagResourceAuthorization', 'off');
      expect(await list({ name: 'tagResourceAuthorization', value: 'on' })).to.deep.equal([]);
      expect(await list({ name: 'tagResourceAuthorization', value: 'off' })).to.have.lengthOf(1);
    });

    it("deletes a principal's setting, after which the account's holds again", async () => {
      await putDefault('awsvpcTrunking', 'enabled');
      await put('awsvpcTrunking', 'disabled', deployer);
      const { setting } = await remove('awsvpcTrunking', deployer);
      expect(setting).to.include({ value: 'enabled', principalArn: deployer });
      expect(await list({ principalArn: deployer })).to.deep.equal([]);
    });

    it('keeps regions apart', async () => {
      await putDefault('awsvpcTrunking', 'enabled');
      const elsewhere = emulator.client('eu-west-1', '000000000000');
      expect((await elsewhere.send(new ListAccountSettingsCommand({}))).settings).to.deep.equal([]);
    });

    it('gives new clusters the Container Insights of the account', async () => {
      await putDefault('containerInsights', 'enhanced');
      const { cluster } = await emulator.ecs.send(new CreateClusterCommand({ clusterName: 'web' }));
      expect(cluster?.settings).to.deep.equal([{ name: 'containerInsights', value: 'enhanced' }]);
    });
  });
});
