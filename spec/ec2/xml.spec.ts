import { expect } from 'chai';
import { toXml } from '../../lib/ec2/xml.ts';

describe('EC2 XML', () => {
  it('has lists as items, leaves the absent out and escapes what means something', () => {
    expect(
      toXml('Answer', { set: [{ a: 1 }, 'x'], none: [], absent: undefined, yes: true, text: '<&">\u0001' }),
    ).to.equal(
      '<?xml version="1.0" encoding="UTF-8"?>\n<Answer xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">' +
        '<set><item><a>1</a></item><item>x</item></set><none/><yes>true</yes><text>&lt;&amp;&quot;&gt;\ufffd</text></Answer>',
    );
  });
});
