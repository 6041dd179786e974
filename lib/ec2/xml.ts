/** What an EC2 answer is made of: a list is `<item>`s, an absent member nothing, an empty text an empty element. */
export type Xml = string | number | boolean | undefined | readonly Xml[] | { readonly [name: string]: Xml };

const NAMESPACE = 'http://ec2.amazonaws.com/doc/2016-11-15/';

export function toXml(root: string, content: Xml): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="${NAMESPACE}">${contentOf(content)}</${root}>`;
}

function contentOf(value: Xml): string {
  if (value === undefined) return '';
  if (typeof value !== 'object') return escape(String(value));
  if (isList(value)) return value.map((item) => element('item', item)).join('');
  return Object.entries(value)
    .map(([name, member]) => element(name, member))
    .join('');
}

function element(name: string, value: Xml): string {
  if (value === undefined) return '';
  const content = contentOf(value);
  return content === '' ? `<${name}/>` : `<${name}>${content}</${name}>`;
}

const isList = (value: object): value is readonly Xml[] => Array.isArray(value);

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Control characters have no place in XML 1.0, not even escaped. */
function escape(text: string): string {
  return text.replace(/\p{Cc}/gu, '\ufffd').replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character);
}
